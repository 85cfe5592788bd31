//! Tells the program which compiler and which engine it was built with.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let said = Command::new(rustc).arg("--version").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&said);
    println!("cargo::rustc-env=RUST_VERSION={}", version.split(' ').nth(1).expect("rustc says its version"));
    let lock = std::fs::read_to_string("Cargo.lock").expect("there is a lock file");
    let (_, entry) = lock.split_once("name = \"wasmi\"\nversion = \"").expect("the lock file names wasmi");
    println!("cargo::rustc-env=WASMI_VERSION={}", entry.split('"').next().expect("a version ends"));
}
