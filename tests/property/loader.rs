//! Runs cases on the JavaScript loader, in one Node for all: `cases.js` is the other half. Asynchronous calls, streams and
//! futures are cases for it alone.
//!
//! What is sent to it and what comes back are frames: a length of four bytes, little-endian, and so many bytes. A
//! frame is JSON, or bytes that the JSON before it announces.

use crate::campaign::{NotBuilt, Runner, Subject};
use crate::case::{Case, Setup};
use crate::compare::{Outcome, Seen};
use crate::node;
use anyhow::{Context, bail};
use corefuse::plan::BundleName;
use corefuse::{BuildOptions, component, write};
use serde_json::{Value, json};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// The loader in Node.
pub(crate) struct Loader {
    child: Child,
    requests: Option<BufWriter<ChildStdin>>,
    replies: BufReader<ChildStdout>,
}

/// A bundle in a folder of its own.
pub(crate) struct Bundle {
    folder: TempDir,
    has_handles: bool,
}

impl Loader {
    /// # Errors
    /// If this Node cannot be started.
    pub(crate) fn start(node: &Path) -> anyhow::Result<Loader> {
        let mut command = Command::new(node);
        command.arg(node::repository().join("tests/property/cases.js")).arg(node::loader());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let requests = child.stdin.take().map(BufWriter::new);
        let replies = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Loader { child, requests, replies })
    }

    fn bundle(subject: &impl Subject) -> anyhow::Result<Bundle> {
        let text = subject.component();
        let binary = component::from_text_or_binary(text.as_bytes())?;
        let options =
            BuildOptions { name: BundleName::new("case")?, bindings: None, ..BuildOptions::default() };
        let folder = TempDir::new()?;
        write::disk::write(&corefuse::build(&binary, &options)?, folder.path())?;
        Ok(Bundle { folder, has_handles: subject.has_handles() })
    }

    fn case(&mut self, bundle: &Bundle, case: &Case) -> anyhow::Result<Outcome> {
        let plan = bundle.folder.path().join("case.plan.json");
        let request = json!({
            "plan": plan.to_str().context("the path of a temporary folder is text")?,
            "hasHandles": bundle.has_handles,
            "caller": setup(&case.caller),
            "callee": setup(&case.callee),
        });
        self.send(&serde_json::to_vec(&request)?)?;
        self.send(&case.caller.memory)?;
        self.send(&case.callee.memory)?;
        self.requests.as_mut().context("it is open")?.flush()?;
        let reply: Value = serde_json::from_slice(&self.receive()?)?;
        if let Some(error) = reply["error"].as_str() {
            bail!("{error}");
        }
        if let Some(message) = reply["trap"].as_str() {
            let is_called = reply["isCalled"].as_bool().context("it tells whether the callee was called")?;
            return Ok(Outcome::Trapped { message: message.to_string(), is_called });
        }
        let (caller, callee) = (Box::new(self.seen()?), Box::new(self.seen()?));
        let dropped = serde_json::from_value(reply["dropped"].clone())?;
        Ok(Outcome::Returned { caller, callee, dropped })
    }

    fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let requests = self.requests.as_mut().context("it is open")?;
        requests.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
        Ok(requests.write_all(bytes)?)
    }

    fn receive(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.replies.read_exact(&mut length).context("Node has ended")?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        self.replies.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn receive_numbers(&mut self) -> anyhow::Result<Vec<u64>> {
        let bytes = self.receive()?;
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
        Ok(bytes.chunks_exact(8).map(number).collect())
    }

    fn seen(&mut self) -> anyhow::Result<Seen> {
        Ok(Seen {
            registers: self.receive_numbers()?,
            log: self.receive_numbers()?,
            slots: self.receive_numbers()?,
            at_call: self.receive()?,
            memory: self.receive()?,
        })
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        // It ends when nothing more can come.
        self.requests = None;
        if let Err(error) = self.child.wait() {
            eprintln!("Node does not end: {error}");
        }
    }
}

/// Numbers of 64 bits are text.
fn setup(setup: &Setup) -> Value {
    json!({
        "bump": setup.bump.to_string(),
        "faultAt": setup.fault_at.map_or(u32::MAX, |at| at as u32),
        "faultPtr": setup.fault_ptr.to_string(),
        "leaveAt": setup.leave_at.map_or(u32::MAX, |at| at as u32),
        "inPlace": setup.in_place,
        "values": setup.values.iter().map(u64::to_string).collect::<Vec<_>>(),
        "script": setup.script,
    })
}

impl<S: Subject> Runner<S> for Loader {
    type Pair = Bundle;

    fn build(&mut self, subject: &S) -> Result<Bundle, NotBuilt> {
        Loader::bundle(subject).map_err(|error| NotBuilt::Failed(format!("{error:#}")))
    }

    fn run(&mut self, bundle: &Bundle, case: &Case) -> Result<Outcome, String> {
        self.case(bundle, case).map_err(|error| format!("{error:#}"))
    }

    fn excuse(&self, _: &Case, _: &Outcome) -> Option<&'static str> {
        None
    }
}
