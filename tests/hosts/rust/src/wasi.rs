//! As much of WASI preview 1 as the module needs: clocks, random bytes, an ear on what the Go runtime
//! says before it dies, and otherwise "no such file".

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use wasmi::{Caller, Error, Linker, Memory};

use crate::Result;

const WASI: &str = "wasi_snapshot_preview1";
const SUCCESS: i32 = 0;
const BADF: i32 = 8;
const FAULT: i32 = 21;
const IO: i32 = 29;
const REALTIME: i32 = 0;

/// Defines the imports. `memory` says where an instance keeps its memory.
pub fn define<T: 'static>(linker: &mut Linker<T>, memory: fn(&T) -> Option<Memory>) -> Result<()> {
    let start = Instant::now();
    // Writes bytes to the instance's memory, and says how that went.
    let write = move |caller: &mut Caller<T>, ptr: i32, bytes: &[u8]| match memory(caller.data()) {
        Some(memory) if memory.write(caller, ptr as u32 as usize, bytes).is_ok() => SUCCESS,
        _ => FAULT,
    };
    let empty = move |mut caller: Caller<T>, count: i32, size: i32| write(&mut caller, count, &[0; 4]) | write(&mut caller, size, &[0; 4]);
    linker.func_wrap(WASI, "args_sizes_get", empty)?;
    linker.func_wrap(WASI, "environ_sizes_get", empty)?;
    linker.func_wrap(WASI, "args_get", |_: i32, _: i32| SUCCESS)?;
    linker.func_wrap(WASI, "environ_get", |_: i32, _: i32| SUCCESS)?;
    linker.func_wrap(WASI, "clock_time_get", move |mut caller: Caller<T>, clock: i32, _precision: i64, ptr: i32| {
        let time = if clock == REALTIME { SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() } else { start.elapsed() };
        write(&mut caller, ptr, &(time.as_nanos() as u64).to_le_bytes())
    })?;
    linker.func_wrap(WASI, "random_get", move |mut caller: Caller<T>, ptr: i32, len: i32| {
        let mut bytes = vec![0; len as u32 as usize];
        if getrandom::fill(&mut bytes).is_err() {
            return IO;
        }
        write(&mut caller, ptr, &bytes)
    })?;
    linker.func_wrap(WASI, "fd_write", move |mut caller: Caller<T>, _fd: i32, vectors: i32, count: i32, written: i32| {
        let Some(memory) = memory(caller.data()) else { return FAULT };
        let mut total = 0u32;
        for i in 0..count as u32 as usize {
            let mut vector = [0; 8];
            if memory.read(&caller, vectors as u32 as usize + 8 * i, &mut vector).is_err() {
                return FAULT;
            }
            let [a, b, c, d, e, f, g, h] = vector;
            let mut text = vec![0; u32::from_le_bytes([e, f, g, h]) as usize];
            if memory.read(&caller, u32::from_le_bytes([a, b, c, d]) as usize, &mut text).is_err() {
                return FAULT;
            }
            eprint!("{}", String::from_utf8_lossy(&text));
            total += text.len() as u32;
        }
        write(&mut caller, written, &total.to_le_bytes())
    })?;
    linker.func_wrap(WASI, "poll_oneoff", |_: i32, _: i32, _: i32, _: i32| SUCCESS)?;
    linker.func_wrap(WASI, "sched_yield", || SUCCESS)?;
    linker.func_wrap(WASI, "proc_exit", |code: i32| -> std::result::Result<(), Error> { Err(Error::i32_exit(code)) })?;
    linker.func_wrap(WASI, "fd_close", |_: i32| BADF)?;
    linker.func_wrap(WASI, "fd_fdstat_get", |_: i32, _: i32| BADF)?;
    linker.func_wrap(WASI, "fd_fdstat_set_flags", |_: i32, _: i32| BADF)?;
    linker.func_wrap(WASI, "fd_prestat_get", |_: i32, _: i32| BADF)?;
    linker.func_wrap(WASI, "fd_prestat_dir_name", |_: i32, _: i32, _: i32| BADF)?;
    Ok(())
}
