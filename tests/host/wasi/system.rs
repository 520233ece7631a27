//! Arguments, standard streams, clocks, random numbers, waiting, and what is refused.

use super::{Passed, bytes, ok, text};
use corefuse::host::Val;
use corefuse::host::wasi::Wasi;
use std::io::{self, Cursor};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[test]
fn arguments_and_variables_are_those_that_were_set() {
    let mut wasi = Wasi::new();
    wasi.arg("app").arg("één").env("A", "b=c");
    let mut wasi = Passed::new(wasi);
    assert_eq!(wasi.call("environment#get-arguments", &[]), Val::List(vec![text("app"), text("één")]));
    let variable = Val::Tuple(vec![text("A"), text("b=c")]);
    assert_eq!(wasi.call("environment#get-environment", &[]), Val::List(vec![variable]));
}

/// A writer whose bytes a test can see.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn standard_streams_are_those_of_the_embedder() {
    let seen = Seen::default();
    let mut wasi = Wasi::new();
    wasi.stdin(Cursor::new(b"some input".to_vec())).stdout(seen.clone());
    let mut wasi = Passed::new(wasi);
    let input = wasi.call("stdin#get-stdin", &[]);
    let output = wasi.call("stdout#get-stdout", &[]);
    let ready = wasi.call("streams#[method]input-stream.subscribe", std::slice::from_ref(&input));
    wasi.try_call("poll#[method]pollable.block", &[ready]).unwrap();
    let read = wasi.call("streams#[method]input-stream.read", &[input.clone(), Val::U64(4)]);
    assert_eq!(ok(read), bytes(b"some"));
    let spliced = wasi.call("streams#[method]output-stream.splice", &[output.clone(), input, Val::U64(100)]);
    assert_eq!(ok(spliced), Val::U64(6));
    let permit = wasi.call("streams#[method]output-stream.check-write", std::slice::from_ref(&output));
    assert!(matches!(ok(permit), Val::U64(1..)));
    ok(wasi.call("streams#[method]output-stream.write", &[output.clone(), bytes(b"!")]));
    assert_eq!(*seen.0.lock().unwrap(), b" input!");
    // Longer than it may be: the guest's error.
    let long = bytes(&[0; 4097]);
    let error =
        wasi.try_call("streams#[method]output-stream.blocking-write-and-flush", &[output, long]).unwrap_err();
    assert!(format!("{error:#}").contains("a blocking write of more than 4096 bytes"), "{error:#}");
}

#[test]
fn failures_of_streams_say_why() {
    struct Broken;
    impl io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("the printer is on fire"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut wasi = Wasi::new();
    wasi.stdout(Broken);
    let mut wasi = Passed::new(wasi);
    let output = wasi.call("stdout#get-stdout", &[]);
    let failed = wasi.call("streams#[method]output-stream.blocking-write-and-flush", &[output, bytes(b"x")]);
    let Val::Result(Err(Some(failure))) = failed else { panic!("{failed:?}") };
    let Val::Variant(case, Some(error)) = *failure else { panic!() };
    assert_eq!(case, "last-operation-failed");
    let said = wasi.call("error#[method]error.to-debug-string", &[*error]);
    assert_eq!(said, text("the printer is on fire"));
}

#[test]
fn waiting_ends_when_the_first_is_ready() {
    let mut wasi = Passed::new(Wasi::new());
    let [short, long, never] = [5_000_000, u64::MAX / 2, u64::MAX]
        .map(|nanoseconds| wasi.call("clock#subscribe-duration", &[Val::U64(nanoseconds)]));
    assert_eq!(wasi.call("poll#[method]pollable.ready", std::slice::from_ref(&short)), Val::Bool(false));
    let start = Instant::now();
    let ready = wasi.call("poll#poll", &[Val::List(vec![never, long, short])]);
    assert_eq!(ready, Val::List(vec![Val::U32(2)]));
    assert!(start.elapsed() >= Duration::from_millis(4));
    let error = wasi.try_call("poll#poll", &[Val::List(Vec::new())]).unwrap_err();
    assert!(format!("{error:#}").contains("needs something to wait for"), "{error:#}");
    let Val::U64(now) = wasi.call("clock#now", &[]) else { panic!() };
    let past = wasi.call("clock#subscribe-instant", &[Val::U64(now)]);
    assert_eq!(wasi.call("poll#[method]pollable.ready", &[past]), Val::Bool(true));
}

#[test]
fn random_bytes_are_as_many_as_asked_for() {
    let mut wasi = Passed::new(Wasi::new());
    let mut take = |length: u64| wasi.try_call("random#get-random-bytes", &[Val::U64(length)]);
    let (first, second) = (take(32).unwrap().unwrap(), take(32).unwrap().unwrap());
    assert!(matches!(&first, Val::List(bytes) if bytes.len() == 32));
    assert_ne!(first, second);
    assert!(take(u64::MAX).is_err());
}

#[test]
fn sockets_are_refused_when_they_are_called() {
    let mut wasi = Passed::new(Wasi::new());
    let error = wasi.try_call("network#instance-network", &[]).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("`wasi:sockets/instance-network@0.2.9#instance-network` was called"), "{error}");
    assert!(error.contains("which this host does not have"), "{error}");
}
