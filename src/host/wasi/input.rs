//! Standard input: read by a thread, so that components can wait for it and for the time at once.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How many bytes are read ahead at most.
const MAX_AHEAD: usize = 1 << 16;

/// Bytes from a reader.
pub(super) struct Input {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Not yet given to the thread that reads it.
    source: Option<Box<dyn Read + Send>>,
    bytes: VecDeque<u8>,
    has_ended: bool,
    error: Option<io::Error>,
}

impl Input {
    pub(super) fn new(source: impl Read + Send + 'static) -> Arc<Input> {
        let state =
            State { source: Some(Box::new(source)), bytes: VecDeque::new(), has_ended: false, error: None };
        Arc::new(Input { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// A panic of the other thread leaves the state as it was, which is good enough to go on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the thread, the first time.
    fn start(self: &Arc<Self>) {
        let Some(source) = self.lock().source.take() else { return };
        let input = Arc::clone(self);
        let spawned = std::thread::Builder::new().spawn(move || input.pump(source));
        if let Err(error) = spawned {
            let mut state = self.lock();
            state.error = Some(error);
            state.has_ended = true;
        }
    }

    fn pump(&self, mut source: Box<dyn Read + Send>) {
        let mut buffer = [0; 4096];
        loop {
            let read = match source.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read,
            };
            let mut state = self.lock();
            match read {
                Ok(count @ 1..) => state.bytes.extend(&buffer[..count]),
                Ok(0) => state.has_ended = true,
                Err(error) => {
                    state.error = Some(error);
                    state.has_ended = true;
                }
            }
            self.changed.notify_all();
            if state.has_ended {
                return;
            }
            while state.bytes.len() >= MAX_AHEAD {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Whether a read would give something.
    pub(super) fn is_ready(self: &Arc<Self>) -> bool {
        self.start();
        let state = self.lock();
        !state.bytes.is_empty() || state.has_ended
    }

    /// Waits until a read would give something, or until a moment; may return early.
    pub(super) fn wait(self: &Arc<Self>, until: Option<Instant>) {
        self.start();
        let state = self.lock();
        if !state.bytes.is_empty() || state.has_ended {
            return;
        }
        match until {
            None => drop(self.changed.wait(state)),
            Some(until) => {
                let timeout = until.saturating_duration_since(Instant::now());
                drop(self.changed.wait_timeout(state, timeout));
            }
        }
    }

    /// Up to `length` bytes: at once, and maybe none, or, if `blocks`, at least one. None at the end.
    pub(super) fn read(self: &Arc<Self>, length: usize, blocks: bool) -> io::Result<Option<Vec<u8>>> {
        self.start();
        let mut state = self.lock();
        while blocks && length > 0 && state.bytes.is_empty() && !state.has_ended {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.bytes.is_empty() && state.has_ended {
            return state.error.take().map_or(Ok(None), Err);
        }
        let count = length.min(state.bytes.len());
        let bytes = state.bytes.drain(..count).collect();
        self.changed.notify_all();
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::Input;
    use std::time::{Duration, Instant};

    #[test]
    fn all_bytes_come_in_order_and_then_the_end() {
        let bytes: Vec<u8> = (0..200_000u32).map(|i| i as u8).collect();
        let input = Input::new(std::io::Cursor::new(bytes.clone()));
        let mut found = Vec::new();
        while let Some(more) = input.read(1000, true).unwrap() {
            assert!(!more.is_empty() && more.len() <= 1000);
            found.extend(more);
        }
        assert_eq!(found, bytes);
        assert!(input.is_ready());
    }

    #[test]
    fn waiting_ends_in_time() {
        struct Never;
        impl std::io::Read for Never {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                loop {
                    std::thread::park();
                }
            }
        }
        let input = Input::new(Never);
        assert!(!input.is_ready());
        input.wait(Some(Instant::now() + Duration::from_millis(5)));
        assert_eq!(input.read(10, false).unwrap(), Some(vec![]));
    }
}
