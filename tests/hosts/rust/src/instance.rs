//! The boundary to signup.wasm: ABI.md in Rust, and nothing of what an answer means.

use serde_json::{Value, json};
use wasmi::{Caller, Linker, Memory, Module, Store, Val};

use crate::{Result, wasi};

const IMPORTS: [&str; 8] = ["now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf"];
const MAJOR: u32 = 2;
const LATER: i32 = -1;

/// What the operations of an instance ask for.
pub trait Host: 'static {
    /// Answers an effect of operation op: at once, or later (None) with `Instance::resume`.
    fn ask(&mut self, op: u32, effect: &str, request: &[u8]) -> Option<Vec<u8>>;
}

/// How far an operation has come: it has answered, or waits under this number.
pub enum State {
    Done(Vec<u8>),
    Waiting(u32),
}

/// What belongs to an instance on the host's side.
pub struct Side<H> {
    host: H,
    ready: Vec<u8>,
    memory: Option<Memory>,
}

/// One instance. That calls into it do not overlap is Rust's business: they need `&mut self`.
pub struct Instance<H: 'static> {
    store: Store<Side<H>>,
    instance: wasmi::Instance,
    memory: Memory,
}

impl<H: Host> Instance<H> {
    /// Makes an instance and configures it.
    pub fn new(module: &Module, conf: &str, secret_key: &str, host: H) -> Result<Self> {
        let mut linker = Linker::new(module.engine());
        wasi::define(&mut linker, |side: &Side<H>| side.memory)?;
        for effect in IMPORTS {
            linker.func_wrap("signup_host", effect, move |caller: Caller<Side<H>>, op: i32, ptr: i32, len: i32| {
                asked(caller, effect, op, ptr, len)
            })?;
        }
        linker.func_wrap("signup_host", "take", take::<H>)?;
        let mut store = Store::new(module.engine(), Side { host, ready: Vec::new(), memory: None });
        let instance = linker.instantiate_and_start(&mut store, module)?;
        let memory = instance.get_memory(&store, "memory").ok_or("the module has no memory")?;
        store.data_mut().memory = Some(memory);

        let mut made = Instance { store, instance, memory };
        made.call("_initialize", &[], &mut [])?;
        let version = made.call_i32("abi_version", &[])?;
        if version >> 16 != MAJOR {
            return Err(format!("the module speaks version {} of the ABI, this host {MAJOR}", version >> 16).into());
        }
        made.configure(conf, secret_key)?;
        Ok(made)
    }

    fn configure(&mut self, conf: &str, secret_key: &str) -> Result<()> {
        let State::Done(answer) = self.start("configure", json!({"conf": conf, "secret_key": secret_key}).to_string().as_bytes())? else {
            return Err("configure waits".into());
        };
        let answer: Value = serde_json::from_slice(&answer)?;
        if answer["status"] != "ok" {
            return Err(format!("configuration: {}", answer["notices"]).into());
        }
        Ok(())
    }

    /// The host that the instance asks.
    pub fn host(&mut self) -> &mut H {
        &mut self.store.data_mut().host
    }

    /// Begins an operation and runs it until it is done or waits.
    pub fn start(&mut self, operation: &str, request: &[u8]) -> Result<State> {
        let (ptr, len) = self.input(request)?;
        self.run(operation, &[Val::I32(ptr), Val::I32(len)])
    }

    /// Goes on with an operation that waits, with the answer it waits for.
    pub fn resume(&mut self, op: u32, answer: &[u8]) -> Result<State> {
        let (ptr, len) = self.input(answer)?;
        self.run("resume", &[Val::I32(op as i32), Val::I32(ptr), Val::I32(len)])
    }

    fn run(&mut self, export: &str, arguments: &[Val]) -> Result<State> {
        let mut results = [Val::I64(0)];
        self.call(export, arguments, &mut results)?;
        let packed = results[0].i64().ok_or("not an i64")? as u64;
        match ((packed >> 32) as u32, packed as u32) {
            (0, 0) => Err(format!("{export}: the call was refused").into()),
            (0, op) => Ok(State::Waiting(op)),
            (ptr, len) => {
                let mut answer = vec![0; len as usize];
                self.memory.read(&self.store, ptr as usize, &mut answer)?;
                Ok(State::Done(answer))
            }
        }
    }

    fn input(&mut self, data: &[u8]) -> Result<(i32, i32)> {
        let len = i32::try_from(data.len())?;
        let ptr = self.call_i32("buffer", &[Val::I32(len)])?;
        if ptr == 0 {
            return Err(format!("{len} bytes are too many").into());
        }
        self.memory.write(&mut self.store, ptr as usize, data)?;
        Ok((ptr as i32, len))
    }

    fn call_i32(&mut self, export: &str, arguments: &[Val]) -> Result<u32> {
        let mut results = [Val::I32(0)];
        self.call(export, arguments, &mut results)?;
        Ok(results[0].i32().ok_or("not an i32")? as u32)
    }

    fn call(&mut self, export: &str, arguments: &[Val], results: &mut [Val]) -> Result<()> {
        let function = self.instance.get_func(&self.store, export).ok_or_else(|| format!("there is no export {export}"))?;
        Ok(function.call(&mut self.store, arguments, results)?)
    }
}

/// An import: a host that panicked or failed here would leave the instance unusable.
fn asked<H: Host>(mut caller: Caller<Side<H>>, effect: &str, op: i32, ptr: i32, len: i32) -> i32 {
    let mut request = vec![0; len as u32 as usize];
    let memory = caller.data().memory;
    if memory.is_none_or(|memory| memory.read(&caller, ptr as u32 as usize, &mut request).is_err()) {
        return i32::MIN; // a fault, by the rules of the ABI
    }
    match caller.data_mut().host.ask(op as u32, effect, &request) {
        Some(answer) => {
            let size = answer.len() as i32;
            caller.data_mut().ready = answer;
            size
        }
        None => LATER,
    }
}

fn take<H: Host>(mut caller: Caller<Side<H>>, ptr: i32, len: i32) -> i32 {
    let answer = std::mem::take(&mut caller.data_mut().ready);
    let part = &answer[..answer.len().min(len as u32 as usize)];
    let memory = caller.data().memory;
    if memory.is_none_or(|memory| memory.write(&mut caller, ptr as u32 as usize, part).is_err()) {
        return i32::MIN;
    }
    part.len() as i32
}
