//! One operation in full. Requests, answers and the response are exact texts.

use std::path::Path;

use serde_json::Value;

use crate::{Result, text};

#[derive(Clone)]
pub struct Transcript {
    pub name: String,
    pub conf: String,
    pub secret_key: String,
    pub operation: String,
    pub request: String,
    pub effects: Vec<Effect>,
    pub response: String,
}

#[derive(Clone)]
pub struct Effect {
    pub effect: String,
    pub request: String,
    pub answer: String,
}

/// Reads all transcripts of a folder, in the order of their names.
pub fn load(folder: &Path) -> Result<Vec<Transcript>> {
    let mut files = std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files.iter().map(|file| read(&serde_json::from_slice(&std::fs::read(file)?)?)).collect()
}

fn read(value: &Value) -> Result<Transcript> {
    let member = |name: &str| text(value, name).map(str::to_string);
    let effects = value["effects"].as_array().ok_or("effects is not a list")?.iter().map(|effect| {
        let member = |name: &str| text(effect, name).map(str::to_string);
        Ok(Effect { effect: member("effect")?, request: member("request")?, answer: member("answer")? })
    });
    Ok(Transcript {
        name: member("name")?,
        conf: member("conf")?,
        secret_key: member("secret_key")?,
        operation: member("operation")?,
        request: member("request")?,
        effects: effects.collect::<Result<_>>()?,
        response: member("response")?,
    })
}
