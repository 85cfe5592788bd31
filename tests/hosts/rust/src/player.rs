//! Takes the host's side in the replay of transcripts.

use crate::instance::Host;
use crate::transcript::Transcript;

const DIFFERS: &[u8] = br#"{"error":"the replay differs from the transcript"}"#;

/// Plays one transcript.
pub struct Player {
    pub transcript: Transcript,
    /// Says of each effect whether its answer comes later.
    later: fn(usize) -> bool,
    next: usize,
    difference: Option<String>,
    /// What the operation waits for.
    pub answer: Vec<u8>,
}

impl Player {
    pub fn new(transcript: Transcript, later: fn(usize) -> bool) -> Self {
        Player { transcript, later, next: 0, difference: None, answer: Vec::new() }
    }

    fn ask(&mut self, effect: &str, request: &[u8]) -> Option<Vec<u8>> {
        match self.transcript.effects.get(self.next) {
            _ if self.difference.is_some() => return Some(DIFFERS.to_vec()),
            Some(want) if want.effect == effect && want.request.as_bytes() == request => self.answer = want.answer.clone().into_bytes(),
            want => {
                let want = want.map(|want| format!("{} {}", want.effect, want.request));
                self.difference = Some(format!("effect {}:\n got {effect} {}\nwant {want:?}", self.next, String::from_utf8_lossy(request)));
                return Some(DIFFERS.to_vec());
            }
        }
        self.next += 1;
        if (self.later)(self.next) { None } else { Some(self.answer.clone()) }
    }

    /// What differed first, if anything did.
    pub fn difference(&self, response: &[u8]) -> Option<String> {
        if self.difference.is_some() {
            return self.difference.clone();
        }
        if self.next < self.transcript.effects.len() {
            return Some(format!("the response came after {} effects", self.next));
        }
        let same = response == self.transcript.response.as_bytes();
        (!same).then(|| format!("response:\n got {}\nwant {}", String::from_utf8_lossy(response), self.transcript.response))
    }
}

/// The players of one instance. Only the operation that was called or resumed last asks for anything.
#[derive(Default)]
pub struct Players {
    pub all: Vec<Player>,
    pub turn: usize,
}

impl Host for Players {
    fn ask(&mut self, _op: u32, effect: &str, request: &[u8]) -> Option<Vec<u8>> {
        self.all[self.turn].ask(effect, request)
    }
}
