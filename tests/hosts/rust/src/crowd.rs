//! Many operations at once: in one instance, and in several on threads of their own.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use wasmi::Module;

use crate::account::signup;
use crate::effects::{Effects, Service, secret_key};
use crate::office::Office;
use crate::store::Store;
use crate::{Result, ensure};

const CONF: &str = "
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[signup]
inform_if_user_exists=True
callback_service_list=crm
[enrol]
argon2_memory=8192
argon2_iterations=1
";

const RIVALS: usize = 50;
const THREADS: usize = 3;
/// Names that each thread has to itself.
const OWN: usize = 5;

pub fn check(module: &Module, file: &Path) -> Result<()> {
    let delivered = Arc::new(Mutex::new(Vec::new()));
    let heard = delivered.clone();
    let crm: Service = Box::new(move |event, _| heard.lock().expect("no service panics").push(event["data"]["username"].clone()));
    let mut effects = Effects::new(Store::open(file)?, HashMap::from([("crm", crm)]));
    effects.distance = Duration::from_millis(2);
    let effects = Arc::new(effects);
    let secret_key = secret_key()?;
    let office = |workers| Office::open(module, CONF, &secret_key, effects.clone(), workers);

    // One name, many who want it, one instance.
    let mut crowded = office(8)?;
    crowded.run(&[("open", json!({}))])?;
    let rivals: Vec<_> = (0..RIVALS).map(|i| ("signup", signup("ada", &format!("ada{i}@example.com")))).collect();
    one_winner(&crowded.run(&rivals)?)?;
    ensure(crowded.most_waiting == RIVALS, || format!("only {} operations ran at once", crowded.most_waiting))?;

    // Several instances on one store: one name for all, some for each; and all of them deliver.
    let own = |thread: usize| (0..OWN).map(move |i| format!("own{thread}-{i}"));
    let work = |thread: usize| -> Result<Vec<Value>> {
        let mut mine = office(2)?;
        let mut signups = vec![("signup", signup("grace", &format!("grace{thread}@example.com")))];
        signups.extend(own(thread).map(|name| ("signup", signup(&name, &format!("{name}@example.com")))));
        let answers = mine.run(&signups)?;
        mine.run(&[("dispatch", json!({})), ("dispatch", json!({}))])?;
        Ok(answers)
    };
    let results = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..THREADS).map(|i| scope.spawn(move || work(i))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread panicked")?).collect::<Result<Vec<_>>>()
    })?;
    one_winner(&results.iter().map(|answers| answers[0].clone()).collect::<Vec<_>>())?;
    ensure(results.iter().flat_map(|answers| &answers[1..]).all(|answer| answer["status"] == "ok"), || format!("{results:?}"))?;
    let last = office(1)?.run(&[("dispatch", json!({}))])?;
    ensure(last[0]["next_due"].is_null(), || format!("{last:?}"))?;

    let mut heard: Vec<String> =
        delivered.lock().expect("no service panics").iter().filter_map(|name| name.as_str().map(str::to_string)).collect();
    let mut names: Vec<String> = ["ada", "grace"].map(str::to_string).into_iter().chain((0..THREADS).flat_map(own)).collect();
    heard.sort();
    names.sort();
    ensure(heard == names, || format!("delivered: {heard:?}"))
}

fn one_winner(answers: &[Value]) -> Result<()> {
    let winners = answers.iter().filter(|answer| answer["status"] == "ok").count();
    let others = answers.iter().filter(|answer| answer["sub_status"] == json!(["E001002"])).count();
    ensure(winners == 1 && others == answers.len() - 1, || format!("{answers:?}"))
}
