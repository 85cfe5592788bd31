//! One account from signup to confirmation, on a store that is on disk.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wasmi::Module;

use crate::effects::{Effects, Service, secret_key};
use crate::instance::{Host, Instance, State};
use crate::store::Store;
use crate::{Result, ensure};

const CONF: &str = "
[main]
email_service=mail
[apps]
all=CRM
signup_allowed=CRM
[signup]
is_approval_needed=False
inform_if_user_exists=True
callback_service_list=crm
[enrol]
message_cooldown=0
";

/// A host in its simplest form: every answer comes at once.
struct Simple(Effects);

impl Host for Simple {
    fn ask(&mut self, _op: u32, effect: &str, request: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.perform(effect, request))
    }
}

type Deliveries = Arc<Mutex<Vec<(&'static str, String, Value)>>>;

fn open(module: &Module, file: &Path, secret_key: &str, delivered: &Deliveries) -> Result<Instance<Simple>> {
    let mut services: HashMap<&'static str, Service> = HashMap::new();
    for name in ["mail", "crm"] {
        let delivered = delivered.clone();
        services
            .insert(name, Box::new(move |event, id| delivered.lock().expect("no service panics").push((name, id, event["data"].clone()))));
    }
    let mut instance = Instance::new(module, CONF, secret_key, Simple(Effects::new(Store::open(file)?, services)))?;
    expect(&run(&mut instance, "open", json!({}))?, "status", json!("ok"))?;
    Ok(instance)
}

pub fn check(module: &Module, file: &Path) -> Result<()> {
    let delivered = Deliveries::default();
    let secret_key = secret_key()?;
    let mut enrol = open(module, file, &secret_key, &delivered)?;

    let signed_up = run(&mut enrol, "signup", signup("Ada", "ada@example.com"))?;
    expect(&signed_up, "status", json!("ok"))?;
    expect(&run(&mut enrol, "dispatch", json!({}))?, "delivered", json!(2))?;
    let events = delivered.lock().expect("no service panics").clone();
    let mail = events.iter().find(|(name, ..)| *name == "mail").ok_or("no message was sent")?;
    ensure(events.iter().any(|(name, ..)| *name == "crm"), || "the callback service heard nothing".into())?;
    expect(&signed_up, "confirm_token", mail.2["token"].clone())?;

    expect(&run(&mut enrol, "signup", signup("ADA", "other@example.com"))?, "sub_status", json!(["E001002"]))?;

    let confirm = json!({"confirm_token": mail.2["token"], "current_app": "CRM"});
    let confirmed = run(&mut enrol, "confirm", confirm.clone())?;
    expect(&confirmed, "status", json!("ok"))?;
    expect(&run(&mut enrol, "confirm", confirm)?, "sub_status", json!(["E005007"]))?;

    // Another process would see it like this.
    drop(enrol);
    let mut enrol = open(module, file, &secret_key, &delivered)?;
    let user = &run(&mut enrol, "get", json!({"username": "ada"}))?["user"];
    expect(user, "user_id", confirmed["user_id"].clone())?;
    expect(user, "sign_up_status", json!("final"))?;
    expect(user, "email", json!("ada@example.com"))?;
    let password = json!({"username": "ada", "password": "correct horse battery", "current_app": "CRM"});
    expect(&run(&mut enrol, "verify", password)?, "status", json!("ok"))?;
    expect(&run(&mut enrol, "dispatch", json!({}))?, "delivered", json!(1))?; // the welcome
    expect(&run(&mut enrol, "dispatch", json!({}))?, "delivered", json!(0))?;

    let events = delivered.lock().expect("no service panics").clone();
    let kinds: Vec<&Value> = events.iter().filter(|(name, ..)| *name == "mail").map(|(.., data)| &data["kind"]).collect();
    ensure(kinds == ["confirm", "welcome"], || format!("messages: {kinds:?}"))?;
    let mut ids: Vec<&String> = events.iter().map(|(_, id, _)| id).collect();
    ids.sort();
    ids.dedup();
    ensure(events.len() == 3 && ids.len() == 3, || format!("delivered: {events:?}"))
}

pub fn signup(username: &str, email: &str) -> Value {
    json!({
        "ctx": {"username": username, "password": "correct horse battery", "email": email, "app_list": ["CRM"]},
        "current_app": "CRM", "remote_addr": "203.0.113.7",
    })
}

fn run(instance: &mut Instance<Simple>, operation: &str, request: Value) -> Result<Value> {
    match instance.start(operation, request.to_string().as_bytes())? {
        State::Done(answer) => Ok(serde_json::from_slice(&answer)?),
        State::Waiting(_) => Err("an operation waits, though every answer came at once".into()),
    }
}

fn expect(answer: &Value, member: &str, want: Value) -> Result<()> {
    ensure(answer[member] == want, || format!("{member} is not {want}: {answer}"))
}
