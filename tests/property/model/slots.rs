//! Context slots: `Thread.storage`, read and written by `context.get` and `context.set`.

/// The slots of the thread that runs in an instance, and what a guest that looks at them has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    /// What the guest sets the slots to besides numbers that tell apart when, if it uses them at all.
    pub(crate) mark: Option<u64>,
    storage: [u64; 2],
    /// What was in both, each time the guest looked.
    pub(crate) log: Vec<u64>,
}

impl Slots {
    /// Begins a thread, whose slots are zero; returns those of the one that waits for it.
    pub(crate) fn begin_thread(&mut self) -> [u64; 2] {
        std::mem::take(&mut self.storage)
    }

    /// Goes back to the thread that waited.
    pub(crate) fn end_thread(&mut self, waiting: [u64; 2]) {
        self.storage = waiting;
    }

    /// The guest looks at both and sets both to something that they never were before.
    pub(crate) fn look(&mut self) {
        let Some(mark) = self.mark else { return };
        self.log.extend(self.storage);
        let number = self.log.len() as u64;
        self.storage = [mark | number, mark | (number + 1)];
    }
}
