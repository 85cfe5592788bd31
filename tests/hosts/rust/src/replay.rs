//! Replays transcripts: the same effects with the same bytes, and the same response.

use std::collections::BTreeMap;
use std::path::Path;

use wasmi::Module;

use crate::instance::{Instance, State};
use crate::player::{Player, Players};
use crate::transcript::{Transcript, load};
use crate::{Result, ensure};

/// A replay of nothing holds nothing.
const FEWEST: usize = 50;

/// How answers are given: whose operation's turn it is, and which answers come later.
pub const MODES: [(&str, Run, fn(usize) -> bool); 3] =
    [("immediate", alone, |_| false), ("waiting", alone, |_| true), ("interleaved", interleaved, |effect| effect % 3 != 0)];

type Run = fn(&mut Instance<Players>) -> Result<Vec<Vec<u8>>>;

/// Replays all transcripts of a folder, and returns how many there are.
pub fn check(module: &Module, folder: &Path) -> Result<usize> {
    let transcripts = load(folder)?;
    ensure(transcripts.len() >= FEWEST, || format!("there are {} transcripts", transcripts.len()))?;
    let differences = replay(module, &transcripts)?;
    ensure(differences.is_empty(), || differences.join("\n"))?;
    // A player that accepts everything would pass as well.
    let sample = transcripts.iter().find(|transcript| transcript.name == "signup-ok").ok_or("signup-ok is missing")?;
    for (name, change) in changes() {
        let mut changed = sample.clone();
        change(&mut changed);
        let found = replay(module, &[changed])?.len();
        ensure(found == MODES.len(), || format!("a changed transcript passed: {name}"))?;
    }
    Ok(transcripts.len())
}

/// Replays transcripts in all modes, those of one configuration in one instance, and returns what differed.
fn replay(module: &Module, transcripts: &[Transcript]) -> Result<Vec<String>> {
    let mut configurations: BTreeMap<(&str, &str), Vec<&Transcript>> = BTreeMap::new();
    for transcript in transcripts {
        configurations.entry((&transcript.conf, &transcript.secret_key)).or_default().push(transcript);
    }
    let mut differences = Vec::new();
    for ((conf, secret_key), group) in configurations {
        let mut instance = Instance::new(module, conf, secret_key, Players::default())?;
        for (mode, run, later) in MODES {
            instance.host().all = group.iter().map(|&transcript| Player::new(transcript.clone(), later)).collect();
            let responses = run(&mut instance)?;
            for (player, response) in instance.host().all.iter().zip(responses) {
                differences.extend(player.difference(&response).map(|text| format!("{}, {mode}: {text}", player.transcript.name)));
            }
        }
    }
    Ok(differences)
}

/// One operation after the other.
fn alone(instance: &mut Instance<Players>) -> Result<Vec<Vec<u8>>> {
    let mut responses = Vec::new();
    for i in 0..instance.host().all.len() {
        let mut state = begin(instance, i)?;
        while let State::Waiting(op) = state {
            state = go_on(instance, i, op)?;
        }
        responses.extend(answered(state));
    }
    Ok(responses)
}

/// All at once: whose turn is next looks like chance, and is the same in each run.
fn interleaved(instance: &mut Instance<Players>) -> Result<Vec<Vec<u8>>> {
    let mut states = (0..instance.host().all.len()).map(|i| begin(instance, i)).collect::<Result<Vec<_>>>()?;
    let mut chance: u32 = 1;
    loop {
        let waiting: Vec<(usize, u32)> =
            states.iter().enumerate().filter_map(|(i, state)| if let State::Waiting(op) = state { Some((i, *op)) } else { None }).collect();
        if waiting.is_empty() {
            return Ok(states.into_iter().filter_map(answered).collect());
        }
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); // Numerical Recipes
        let (i, op) = waiting[(chance >> 8) as usize % waiting.len()];
        states[i] = go_on(instance, i, op)?;
    }
}

fn begin(instance: &mut Instance<Players>, i: usize) -> Result<State> {
    instance.host().turn = i;
    let transcript = instance.host().all[i].transcript.clone();
    instance.start(&transcript.operation, transcript.request.as_bytes())
}

fn go_on(instance: &mut Instance<Players>, i: usize, op: u32) -> Result<State> {
    instance.host().turn = i;
    let answer = instance.host().all[i].answer.clone();
    instance.resume(op, &answer)
}

fn answered(state: State) -> Option<Vec<u8>> {
    if let State::Done(response) = state { Some(response) } else { None }
}

type Change = fn(&mut Transcript);

fn changes() -> [(&'static str, Change); 6] {
    [
        ("an effect's request", |t| t.effects[2].request.push(' ')),
        ("an effect's answer", |t| t.effects[1].answer = t.effects[1].answer.to_lowercase()),
        ("an effect missing", |t| drop(t.effects.pop())),
        ("an effect too many", |t| t.effects.push(t.effects[0].clone())),
        ("the response", |t| t.response.push(' ')),
        ("the request", |t| t.request = t.request.replacen("ada", "bob", 1)),
    ]
}
