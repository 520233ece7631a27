//! Streams and futures between two guests: `SharedStreamImpl`, `SharedFutureImpl`, `BufferGuestImpl`, `stream_copy` and
//! `future_copy`, as far as values travel. Ends are not dropped and nothing is cancelled: what then happens is about
//! scheduling, which `tests/scheduler` is for.

use super::layout::{alignment, elem_size};
use super::lift::load_list_from_valid_range;
use super::{Context, Encoding, Fault, Ty, store_elements, trap_if};

/// What a copy gives that has to wait.
pub(crate) const BLOCKED: u64 = 0xffff_ffff;

/// `Buffer.MAX_LENGTH`
const MAX_LENGTH: u64 = (1 << 28) - 1;

/// Addresses beyond this one are out of bounds, and nothing else is looked at: JavaScript has no such numbers.
const ALWAYS_OUTSIDE: u64 = 1 << 53;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stream,
    Future,
}

/// Which end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Writer,
    Reader,
}

impl End {
    pub(crate) fn other(self) -> End {
        match self {
            End::Writer => End::Reader,
            End::Reader => End::Writer,
        }
    }
}

/// `BufferGuestImpl`
#[derive(Clone, Copy, Debug)]
struct Buffer {
    /// Of the options of its operation.
    encoding: Encoding,
    ptr: u64,
    progress: u64,
    length: u64,
}

impl Buffer {
    fn new(cx: &Context, t: &Ty, ptr: u64, length: u64) -> Result<Buffer, Fault> {
        trap_if(length > MAX_LENGTH, Fault::BufferLength)?;
        if length > 0 {
            let is_aligned = ptr.is_multiple_of(alignment(t, cx.ptr_type)) || ptr > ALWAYS_OUTSIDE;
            trap_if(!is_aligned, Fault::BufferUnaligned)?;
            trap_if(cx.is_outside(ptr, length * elem_size(t, cx.ptr_type)), Fault::BufferBounds)?;
        }
        Ok(Buffer { encoding: cx.encoding, ptr, progress: 0, length })
    }

    fn remain(self) -> u64 {
        self.length - self.progress
    }

    fn advance(&mut self, cx: &Context, t: &Ty, n: u64) {
        self.ptr += n * elem_size(t, cx.ptr_type);
        self.progress += n;
    }
}

/// An operation that has begun and is not over for the guest.
#[derive(Clone, Copy, Debug)]
struct Operation {
    buffer: Buffer,
    has_event: bool,
}

/// What two ends share, and what they do.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    kind: Kind,
    t: Ty,
    /// Whose buffer waits for the other end.
    pending: Option<End>,
    /// Of the writer and the reader.
    operations: [Option<Operation>; 2],
    /// Whether it is a future whose value has arrived, as they know.
    is_done: [bool; 2],
}

impl Shared {
    pub(crate) fn new(kind: Kind, t: Ty) -> Shared {
        Shared { kind, t, pending: None, operations: [None; 2], is_done: [false; 2] }
    }

    /// Whether an end can begin an operation.
    pub(crate) fn is_idle(&self, end: End) -> bool {
        self.operations[end as usize].is_none() && !self.is_done[end as usize]
    }

    pub(crate) fn has_event(&self, end: End) -> bool {
        self.operations[end as usize].is_some_and(|operation| operation.has_event)
    }

    /// Whether a copy of `n` elements would have to wait.
    pub(crate) fn blocks(&self, end: End, n: u64) -> bool {
        match self.waiting(end) {
            None => true,
            Some(other) if other.remain() > 0 => false,
            Some(other) => !(end == End::Writer && n == 0 && other.length == 0),
        }
    }

    /// The buffer that the other end has left for this one.
    fn waiting(&self, end: End) -> Option<Buffer> {
        let pending = self.pending.filter(|&pending| pending == end.other())?;
        self.operations[pending as usize].map(|operation| operation.buffer)
    }

    /// A read or write; the contexts are those of the writer and the reader.
    ///
    /// # Errors
    /// If the buffer cannot be where it is said to be, or an element cannot be moved.
    pub(crate) fn copy(
        &mut self,
        end: End,
        cxs: [&mut Context; 2],
        (ptr, n): (u64, u64),
    ) -> Result<u64, Fault> {
        let n = if self.kind == Kind::Future { 1 } else { n };
        let mut buffer = Buffer::new(cxs[end as usize], &self.t, ptr, n)?;
        let blocks = self.blocks(end, n);
        if let Some(mut waiting) = self.waiting(end) {
            if waiting.remain() > 0 && n > 0 {
                let n = n.min(waiting.remain());
                let buffers = match end {
                    End::Writer => [&mut buffer, &mut waiting],
                    End::Reader => [&mut waiting, &mut buffer],
                };
                move_elements(&self.t, cxs, buffers, n)?;
                self.operations[end.other() as usize] = Some(Operation { buffer: waiting, has_event: true });
                if self.kind == Kind::Future {
                    self.pending = None;
                }
            } else if blocks {
                // `reset_and_notify_pending`: this end takes its place.
                self.operations[end.other() as usize] = Some(Operation { buffer: waiting, has_event: true });
            }
        }
        if blocks {
            self.pending = Some(end);
            self.operations[end as usize] = Some(Operation { buffer, has_event: false });
            return Ok(BLOCKED);
        }
        Ok(self.payload(end, buffer))
    }

    /// Delivers the event of an end, which has one: the code, and the payload.
    pub(crate) fn deliver(&mut self, end: End) -> (u64, u64) {
        let operation = self.operations[end as usize].take().expect("it has an event");
        if self.pending == Some(end) {
            self.pending = None;
        }
        let code = match (self.kind, end) {
            (Kind::Stream, End::Reader) => 2,
            (Kind::Stream, End::Writer) => 3,
            (Kind::Future, End::Reader) => 4,
            (Kind::Future, End::Writer) => 5,
        };
        (code, self.payload(end, operation.buffer))
    }

    /// `stream_event`, `future_event`: `COMPLETED`, which is 0, and the progress of streams.
    fn payload(&mut self, end: End, buffer: Buffer) -> u64 {
        match self.kind {
            Kind::Stream => buffer.progress << 4,
            Kind::Future => {
                self.is_done[end as usize] = true;
                0
            }
        }
    }
}

/// `dst.write(src.read(n))`
fn move_elements(
    t: &Ty,
    [src, dst]: [&mut Context; 2],
    [from, to]: [&mut Buffer; 2],
    n: u64,
) -> Result<(), Fault> {
    (src.encoding, dst.encoding) = (from.encoding, to.encoding);
    let super::Value::Many(elements) = load_list_from_valid_range(src, from.ptr, n, t) else {
        unreachable!("elements are a list")
    };
    store_elements(dst, &elements, t, to.ptr)?;
    from.advance(src, t, n);
    to.advance(dst, t, n);
    Ok(())
}
