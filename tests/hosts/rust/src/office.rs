//! Runs many operations at once in one instance: whatever takes time is done by a pool of threads.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use wasmi::Module;

use crate::Result;
use crate::effects::Effects;
use crate::instance::{Host, Instance, State};

struct Job {
    op: u32,
    effect: String,
    request: Vec<u8>,
}

/// Hands on what takes time.
struct Desk {
    effects: Arc<Effects>,
    jobs: Sender<Job>,
}

impl Host for Desk {
    fn ask(&mut self, op: u32, effect: &str, request: &[u8]) -> Option<Vec<u8>> {
        if effect == "now" || effect == "entropy" {
            return Some(self.effects.perform(effect, request));
        }
        match self.jobs.send(Job { op, effect: effect.to_string(), request: request.to_vec() }) {
            Ok(()) => None,
            Err(_) => Some(br#"{"error":"nobody is there"}"#.to_vec()),
        }
    }
}

pub struct Office {
    instance: Instance<Desk>,
    answers: Receiver<(u32, Vec<u8>)>,
    pub most_waiting: usize,
}

impl Office {
    /// Opens an office. Its workers leave when it is dropped.
    pub fn open(module: &Module, conf: &str, secret_key: &str, effects: Arc<Effects>, workers: usize) -> Result<Self> {
        let (jobs, queue) = channel::<Job>();
        let (sender, answers) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..workers {
            let (queue, sender, effects) = (queue.clone(), sender.clone(), effects.clone());
            thread::spawn(move || {
                while let Some(job) = next(&queue) {
                    if sender.send((job.op, effects.perform(&job.effect, &job.request))).is_err() {
                        return;
                    }
                }
            });
        }
        let instance = Instance::new(module, conf, secret_key, Desk { effects, jobs })?;
        Ok(Office { instance, answers, most_waiting: 0 })
    }

    pub fn run(&mut self, operations: &[(&str, Value)]) -> Result<Vec<Value>> {
        let mut responses = vec![Value::Null; operations.len()];
        let mut waiting = HashMap::new();
        for (place, (operation, request)) in operations.iter().enumerate() {
            match self.instance.start(operation, request.to_string().as_bytes())? {
                State::Done(response) => responses[place] = serde_json::from_slice(&response)?,
                State::Waiting(op) => drop(waiting.insert(op, place)),
            }
        }
        while !waiting.is_empty() {
            self.most_waiting = self.most_waiting.max(waiting.len());
            let (op, answer) = self.answers.recv_timeout(Duration::from_secs(60))?;
            if let State::Done(response) = self.instance.resume(op, &answer)? {
                let place = waiting.remove(&op).ok_or("an operation was resumed that nobody began")?;
                responses[place] = serde_json::from_slice(&response)?;
            }
        }
        Ok(responses)
    }
}

fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    queue.lock().ok()?.recv().ok()
}
