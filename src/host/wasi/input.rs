//! Standard input: read by a thread, so that components can wait for it and for the time at once.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How many bytes are read ahead at most.
const MAX_AHEAD: usize = 1 << 16;

/// Bytes from a reader.
pub(super) struct Input(Arc<Shared>);

/// What the thread that reads has in common with those who wait for it.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Not yet given to the thread that reads it.
    source: Option<Box<dyn Read + Send>>,
    bytes: VecDeque<u8>,
    has_ended: bool,
    error: Option<io::Error>,
    /// Nobody will read any more.
    is_abandoned: bool,
}

impl Shared {
    /// A panic of the other thread leaves the state as it was, which is good enough to go on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            while state.bytes.len() >= MAX_AHEAD && !state.is_abandoned {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.is_abandoned {
                return;
            }
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.0.lock().is_abandoned = true;
        self.0.changed.notify_all();
    }
}

impl Input {
    pub(super) fn new(source: impl Read + Send + 'static) -> Arc<Input> {
        let state = State {
            source: Some(Box::new(source)),
            bytes: VecDeque::new(),
            has_ended: false,
            error: None,
            is_abandoned: false,
        };
        Arc::new(Input(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() })))
    }

    /// What the thread has read, which is started the first time.
    fn start(&self) -> MutexGuard<'_, State> {
        let mut state = self.0.lock();
        if let Some(source) = state.source.take() {
            let shared = Arc::clone(&self.0);
            let spawned = std::thread::Builder::new().spawn(move || shared.pump(source));
            if let Err(error) = spawned {
                state.error = Some(error);
                state.has_ended = true;
            }
        }
        state
    }

    /// Whether a read would give something.
    pub(super) fn is_ready(&self) -> bool {
        let state = self.start();
        !state.bytes.is_empty() || state.has_ended
    }

    /// Waits until a read would give something, or until a moment; may return early.
    pub(super) fn wait(&self, until: Option<Instant>) {
        let state = self.start();
        if !state.bytes.is_empty() || state.has_ended {
            return;
        }
        match until {
            None => drop(self.0.changed.wait(state)),
            Some(until) => {
                let timeout = until.saturating_duration_since(Instant::now());
                drop(self.0.changed.wait_timeout(state, timeout));
            }
        }
    }

    /// Up to `length` bytes: at once, and maybe none, or, if `blocks`, at least one. None at the end.
    pub(super) fn read(&self, length: usize, blocks: bool) -> io::Result<Option<Vec<u8>>> {
        let mut state = self.start();
        while blocks && length > 0 && state.bytes.is_empty() && !state.has_ended {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.bytes.is_empty() && state.has_ended {
            return state.error.take().map_or(Ok(None), Err);
        }
        let count = length.min(state.bytes.len());
        let bytes = state.bytes.drain(..count).collect();
        self.0.changed.notify_all();
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
