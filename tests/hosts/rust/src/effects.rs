//! Performs the effects of operations.

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::store::Store;
use crate::{Result, base64url, text};

/// Gets the body of an event, and its id, which stays the same if it is delivered again.
pub type Service = Box<dyn Fn(Value, String) + Send + Sync>;

pub struct Effects {
    pub store: Store,
    pub services: HashMap<&'static str, Service>,
    /// How far off the store is.
    pub distance: Duration,
    pub audited: Mutex<Vec<Value>>,
}

impl Effects {
    pub fn new(store: Store, services: HashMap<&'static str, Service>) -> Self {
        Effects { store, services, distance: Duration::ZERO, audited: Mutex::default() }
    }

    /// Performs an effect. What fails is answered.
    pub fn perform(&self, effect: &str, request: &[u8]) -> Vec<u8> {
        let answer = serde_json::from_slice(request).map_err(Into::into).and_then(|request| self.answer(effect, request));
        answer.unwrap_or_else(|problem| json!({"error": format!("{effect}: {problem}")})).to_string().into_bytes()
    }

    fn answer(&self, effect: &str, request: Value) -> Result<Value> {
        if effect.starts_with("kv_") {
            thread::sleep(self.distance);
        }
        match effect {
            "now" => Ok(json!({"unix_ms": now()?})),
            "entropy" => Ok(json!({"entropy": entropy(request["bytes"].as_u64().ok_or("bytes is not a number")?)?})),
            "kv_get" => self.store.get(&request),
            "kv_commit" => self.store.commit(&request),
            "kv_scan" => self.store.scan(&request),
            "audit" => self.audit(request),
            "callback" => self.callback(&request),
            "kdf" => kdf(&request),
            _ => Err("there is no such effect".into()),
        }
    }

    fn audit(&self, event: Value) -> Result<Value> {
        let mut audited = self.audited.lock().map_err(|_| "the audit trail is broken")?;
        audited.push(json!({"time": now()?, "event": event}));
        Ok(json!({}))
    }

    fn callback(&self, call: &Value) -> Result<Value> {
        let name = text(call, "service")?;
        let service = self.services.get(name).ok_or_else(|| format!("there is no service {name}"))?;
        service(serde_json::from_str(text(call, "body")?)?, text(&call["headers"], "webhook-id")?.to_string());
        Ok(json!({"body": "{}"}))
    }
}

/// A new secret key, as configure takes it.
pub fn secret_key() -> Result<String> {
    Ok(format!("k1:{}", entropy(32)?))
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64)
}

fn entropy(count: u64) -> Result<String> {
    let mut drawn = vec![0; count as usize];
    getrandom::fill(&mut drawn)?;
    Ok(base64url(&drawn))
}

/// PBKDF2 is left to the module, as a host may.
fn kdf(request: &Value) -> Result<Value> {
    if text(request, "algorithm")? != "argon2id" {
        return Ok(json!({"unsupported": true}));
    }
    let number =
        |member: &str| request[member].as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| format!("{member} is not a number"));
    let length = number("length")? as usize;
    let params = Params::new(number("memory")?, number("iterations")?, number("parallelism")?, Some(length))?;
    let (password, salt) = (URL_SAFE_NO_PAD.decode(text(request, "password")?)?, URL_SAFE_NO_PAD.decode(text(request, "salt")?)?);
    let mut key = vec![0; length];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(&password, &salt, &mut key)?;
    Ok(json!({"key": base64url(&key)}))
}
