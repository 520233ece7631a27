//! Draws function types with the canonical options of both sides.

use crate::model::{Encoding, Limits, PtrType, Resource, Ty};
use crate::rng::Rng;

/// A function type with the options of both sides.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) params: Vec<Ty>,
    pub(crate) result: Option<Ty>,
    pub(crate) caller: Side,
    pub(crate) callee: Side,
    pub(crate) has_post_return: bool,
    /// Whether there are resources in the components.
    pub(crate) has_handles: bool,
    pub(crate) relation: Relation,
    /// Resources of which the caller is lent a handle while it makes its call.
    pub(crate) lent: Vec<Resource>,
    /// If its type is asynchronous: how it is called.
    pub(crate) pairing: Option<Pairing>,
}

/// How a function of an asynchronous type is lowered and lifted, and what happens between call and result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairing {
    pub(crate) is_lowered_async: bool,
    pub(crate) lift: Lift,
    /// Whether the callee takes no calls when the call is made, so that the parameters are read later.
    pub(crate) is_held: bool,
    /// Whether the callee lets others go on before it gives its result.
    pub(crate) is_delayed: bool,
    /// Whether the caller lets the callee go on before it waits, so that it has the result before it is told.
    pub(crate) is_late: bool,
}

/// How a function is lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lift {
    Sync,
    Callback,
    /// Asynchronously, with a stack of its own.
    Stackful,
}

impl Signature {
    pub(crate) fn lift(&self) -> Lift {
        self.pairing.map_or(Lift::Sync, |pairing| pairing.lift)
    }

    pub(crate) fn is_lowered_async(&self) -> bool {
        self.pairing.is_some_and(|pairing| pairing.is_lowered_async)
    }

    pub(crate) fn is_held(&self) -> bool {
        self.pairing.is_some_and(|pairing| pairing.is_held)
    }

    pub(crate) fn is_delayed(&self) -> bool {
        self.pairing.is_some_and(|pairing| pairing.is_delayed)
    }

    pub(crate) fn is_late(&self) -> bool {
        self.pairing.is_some_and(|pairing| pairing.is_late)
    }

    pub(crate) fn caller_limits(&self) -> Limits {
        if self.is_lowered_async() { Limits::ASYNC_LOWER } else { Limits::SYNC }
    }

    pub(crate) fn callee_limits(&self) -> Limits {
        if self.lift() == Lift::Sync { Limits::SYNC } else { Limits::ASYNC_LIFT }
    }

    /// The types of the results: none or one.
    pub(crate) fn results(&self) -> Vec<Ty> {
        self.result.iter().cloned().collect()
    }
}

/// Canonical options that are plain values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) encoding: Encoding,
    pub(crate) ptr_type: PtrType,
    /// The type of the context slots, if the guest uses them.
    pub(crate) slots: Option<PtrType>,
    pub(crate) exit: Exit,
}

/// A way out of an instance: what its guest calls where it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    None,
    /// A function of another component, whose parameter needs no translation.
    Plain,
    /// One whose parameter must be checked.
    Checked,
    /// `resource.drop`
    Drop,
}

/// How the instances of caller and callee are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Siblings,
    /// The callee's instance is the parent of the caller's.
    CalleeIsParent,
    CallerIsParent,
}

/// What types may be made of.
#[derive(Clone, Copy, Default)]
struct Grammar {
    owns: bool,
    borrows: bool,
}

pub(crate) fn signature(rng: &mut Rng) -> Signature {
    // Related instances cannot call each other, so that one small signature is as good as another.
    let relation = match rng.below(50) {
        0 => Relation::CalleeIsParent,
        1 => Relation::CallerIsParent,
        _ => Relation::Siblings,
    };
    let is_related = relation != Relation::Siblings;
    let has_handles = !is_related && rng.chance(40);
    let grammar = Grammar { owns: has_handles, borrows: has_handles };
    let depth = if is_related { 0 } else { 3 };
    let mut params: Vec<Ty> = (0..rng.range(0, 3)).map(|_| ty(rng, grammar, depth)).collect();
    // Now and then many small parameters, around the limit of what travels on the stack.
    if rng.chance(10) {
        params = (0..rng.range(12, 20)).map(|_| leaf(rng, grammar)).collect();
    }
    // Results may not borrow.
    let grammar = Grammar { borrows: false, ..grammar };
    let result = rng.chance(60).then(|| ty(rng, grammar, depth));
    let (mut caller, mut callee) = (side(rng, has_handles), side(rng, has_handles));
    let lent = if has_handles { rng.below(3) } else { 0 };
    let lent = (0..lent).map(|_| *rng.pick(&Resource::ALL)).collect();
    let has_post_return = rng.chance(30);
    if is_related {
        (caller.exit, callee.exit) = (Exit::None, Exit::None);
    }
    let pairing = None;
    Signature { params, result, caller, callee, has_post_return, has_handles, relation, lent, pairing }
}

/// A function of an asynchronous type.
pub(crate) fn async_signature(rng: &mut Rng) -> Signature {
    let mut signature = signature(rng);
    let is_related = signature.relation != Relation::Siblings;
    let grammar = Grammar { owns: signature.has_handles, borrows: signature.has_handles };
    // Around the limits: of parameters of a call that does not wait, and of what is given to `task.return`.
    if !is_related && rng.chance(if signature.has_handles { 40 } else { 15 }) {
        signature.params = (0..rng.range(3, 6)).map(|_| leaf(rng, grammar)).collect();
    }
    if !is_related && rng.chance(15) {
        let grammar = Grammar { borrows: false, ..grammar };
        signature.result = Some(Ty::Tuple((0..rng.range(10, 18)).map(|_| leaf(rng, grammar)).collect()));
    }
    let lift = *rng.pick(&[Lift::Sync, Lift::Callback, Lift::Stackful]);
    let is_lowered_async = rng.chance(60);
    let is_held = is_lowered_async && !is_related && rng.chance(25);
    let is_delayed = rng.chance(30);
    let is_late = is_lowered_async && is_delayed && !is_held && rng.chance(50);
    signature.has_post_return &= lift == Lift::Sync;
    signature.pairing = Some(Pairing { is_lowered_async, lift, is_held, is_delayed, is_late });
    signature
}

/// A type of elements of streams and futures.
pub(crate) fn element(rng: &mut Rng, has_handles: bool) -> Ty {
    // What can be moved whole, and what cannot because there is padding in it.
    if rng.chance(20) {
        use Ty::{F32, F64, S8, S16, S32, S64, U8, U16, U32, U64};
        let numbers = [S8, U8, S16, U16, S32, U32, S64, U64, F32, F64];
        return Ty::Record((0..rng.range(1, 4)).map(|_| rng.pick(&numbers).clone()).collect());
    }
    loop {
        let depth = rng.below(4);
        // Streams of `char` are not valid.
        match ty(rng, Grammar { owns: has_handles, borrows: false }, depth) {
            Ty::Char => {}
            ty => return ty,
        }
    }
}

pub(crate) fn side(rng: &mut Rng, has_handles: bool) -> Side {
    let encoding = encoding(rng);
    let ptr_type = if rng.chance(75) { PtrType::I32 } else { PtrType::I64 };
    let slots = rng.chance(30).then(|| *rng.pick(&[PtrType::I32, PtrType::I64]));
    let exit = match rng.below(8) {
        0 => Exit::Plain,
        1 => Exit::Checked,
        2 if has_handles => Exit::Drop,
        _ => Exit::None,
    };
    Side { encoding, ptr_type, slots, exit }
}

pub(crate) fn encoding(rng: &mut Rng) -> Encoding {
    *rng.pick(&[Encoding::Utf8, Encoding::Utf16, Encoding::Latin1Utf16])
}

fn primitive(rng: &mut Rng) -> Ty {
    use Ty::{Bool, Char, F32, F64, S8, S16, S32, S64, String, U8, U16, U32, U64};
    rng.pick(&[Bool, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, Char, String, String, String]).clone()
}

fn leaf(rng: &mut Rng, grammar: Grammar) -> Ty {
    match (grammar.owns && rng.chance(50), grammar.borrows && rng.chance(60)) {
        (true, true) => Ty::Borrow(*rng.pick(&Resource::ALL)),
        (true, false) => Ty::Own(*rng.pick(&Resource::ALL)),
        (false, _) => primitive(rng),
    }
}

fn key(rng: &mut Rng) -> Ty {
    use Ty::{Bool, Char, S8, S16, S32, S64, String, U8, U16, U32, U64};
    rng.pick(&[Bool, S8, U8, S16, U16, S32, U32, S64, U64, Char, String, String]).clone()
}

fn ty(rng: &mut Rng, grammar: Grammar, depth: u64) -> Ty {
    if depth == 0 || rng.chance(30) {
        return leaf(rng, grammar);
    }
    let inner = |rng: &mut Rng| ty(rng, grammar, depth - 1);
    let optional = |rng: &mut Rng| rng.chance(70).then(|| ty(rng, grammar, depth - 1));
    match rng.below(12) {
        0..=2 => Ty::List(Box::new(inner(rng))),
        3 => Ty::Record((0..rng.range(1, 5)).map(|_| inner(rng)).collect()),
        4 => Ty::Tuple((0..rng.range(1, 4)).map(|_| inner(rng)).collect()),
        5 | 6 => {
            let mut cases: Vec<Option<Ty>> = (0..rng.range(1, 5)).map(|_| optional(rng)).collect();
            if rng.chance(4) {
                // Around the limit of what a byte can tell apart; the last cases have the payloads.
                let n = rng.range(255, 257) as usize;
                cases.splice(0..0, vec![None; n - cases.len()]);
            }
            Ty::Variant(cases)
        }
        7 => Ty::Enum(*rng.pick(&[1, 2, 3, 200, 255, 256, 257, 300])),
        8 => Ty::Option(Box::new(inner(rng))),
        9 => Ty::Result(optional(rng).map(Box::new), optional(rng).map(Box::new)),
        10 => Ty::Flags(*rng.pick(&[1, 3, 8, 9, 16, 17, 31, 32])),
        _ if rng.chance(50) => Ty::FixedList(Box::new(inner(rng)), rng.range(1, 7) as usize),
        // Values of maps may not hold handles.
        _ => Ty::Map(Box::new(key(rng)), Box::new(ty(rng, Grammar::default(), depth - 1))),
    }
}
