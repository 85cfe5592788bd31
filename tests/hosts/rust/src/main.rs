//! A host of signup.wasm in Rust, written from wasm/ABI.md: enrol-host MODULE TRANSCRIPTS

mod account;
mod crowd;
mod effects;
mod instance;
mod office;
mod player;
mod replay;
mod store;
mod transcript;
mod wasi;

use std::path::Path;

use base64::Engine as _;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, module, transcripts] = &arguments[..] else {
        return Err("usage: enrol-host MODULE TRANSCRIPTS".into());
    };
    let module = wasmi::Module::new(&wasmi::Engine::default(), std::fs::read(module)?)?;
    let transcripts = replay::check(&module, Path::new(transcripts))?;
    let folder = std::env::temp_dir().join(format!("enrol-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let checked = account::check(&module, &folder.join("account.redb")).and_then(|()| crowd::check(&module, &folder.join("crowd.redb")));
    std::fs::remove_dir_all(&folder)?;
    checked?;
    println!(
        "{}",
        json!({
            "runtime": format!("Rust {} / wasmi {}", env!("RUST_VERSION"), env!("WASMI_VERSION")),
            "transcripts": transcripts, "modes": replay::MODES.map(|(name, ..)| name), "signup": true, "concurrency": true,
        })
    );
    Ok(())
}

/// Fails the run if a condition does not hold.
fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}

/// The member of an object that must be a string.
fn text<'a>(object: &'a Value, member: &str) -> Result<&'a str> {
    object[member].as_str().ok_or_else(|| format!("{member} is not a string").into())
}

fn base64url(data: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(data)
}
