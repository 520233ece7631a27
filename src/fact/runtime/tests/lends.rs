//! Borrows: lending, scopes, and that they cost nothing that stays.

use super::super::names::HandleFunction::{DropBorrow, EnterScope, LeaveScope, Lend, NewBorrow, TakeOwn};
use super::{Graph, Rig};
use crate::abi::{FlatType, Trap};

/// Instance 1 defines a resource without destructor, instance 2 uses it: tables 0 and 1.
fn rig() -> Rig {
    let mut graph = Graph::new(2);
    let resource = graph.resource(1, FlatType::I32, false);
    graph.uses(1, resource);
    graph.uses(2, resource);
    graph.build()
}

impl Rig {
    fn enter(&mut self) -> i64 {
        self.handle(EnterScope, &[]).unwrap()
    }

    fn lend(&mut self, handle: i64, scope: i64) {
        assert_eq!(self.handle(Lend, &[0, 0, handle, scope, 0]), Ok(70 + handle));
    }
}

#[test]
fn a_lent_own_cannot_be_taken_or_dropped_until_all_its_scopes_are_left() {
    let mut rig = rig();
    assert_eq!(rig.call("resource_new1.0", &[71]), Ok(1));
    let (outer, inner) = (rig.enter(), rig.enter());
    rig.lend(1, outer);
    rig.lend(1, inner);
    rig.lend(1, inner);
    let still_lent = |rig: &mut Rig| {
        assert_eq!(rig.handle(TakeOwn, &[0, 0, 1, 4]), Err((Trap::HandleLent, 1, 4)));
        assert_eq!(rig.call("resource_drop1.0", &[1]), Err((Trap::HandleLent, 1, 0)));
        assert_eq!(rig.call("resource_rep1.0", &[1]), Ok(71));
    };
    still_lent(&mut rig);
    // Scopes end in any order.
    rig.handle(LeaveScope, &[outer, 0]).unwrap();
    still_lent(&mut rig);
    rig.handle(LeaveScope, &[inner, 0]).unwrap();
    assert_eq!(rig.handle(TakeOwn, &[0, 0, 1, 0]), Ok(71));
}

#[test]
fn lends_survive_that_their_table_moves() {
    let mut rig = rig();
    assert_eq!(rig.call("resource_new1.0", &[71]), Ok(1));
    let scope = rig.enter();
    rig.lend(1, scope);
    for _ in 0..100 {
        rig.call("resource_new1.0", &[0]).unwrap();
    }
    assert_eq!(rig.call("resource_drop1.0", &[1]), Err((Trap::HandleLent, 1, 0)));
    rig.handle(LeaveScope, &[scope, 0]).unwrap();
    rig.call("resource_drop1.0", &[1]).unwrap();
}

#[test]
fn a_borrow_must_be_dropped_before_its_scope_is_left() {
    let mut rig = rig();
    let (first, second) = (rig.enter(), rig.enter());
    assert_eq!(rig.handle(NewBorrow, &[1, 0, 71, first]), Ok(1));
    assert_eq!(rig.handle(NewBorrow, &[1, 0, 72, second]), Ok(2));
    assert_eq!(rig.handle(LeaveScope, &[first, 6]), Err((Trap::BorrowsRemain, 0, 6)));
    rig.call("resource_drop2.0", &[2]).unwrap();
    rig.handle(LeaveScope, &[second, 0]).unwrap();
    assert_eq!(rig.handle(LeaveScope, &[first, 6]), Err((Trap::BorrowsRemain, 0, 6)));
    rig.call("resource_drop2.0", &[1]).unwrap();
    rig.handle(LeaveScope, &[first, 0]).unwrap();
    assert_eq!(rig.count(1), 0);
}

#[test]
fn a_borrow_can_be_taken_back_where_its_call_does_not_take_place() {
    let mut rig = rig();
    let scope = rig.enter();
    assert_eq!(rig.handle(NewBorrow, &[1, 0, 71, scope]), Ok(1));
    assert_eq!(rig.handle(NewBorrow, &[1, 0, 72, scope]), Ok(2));
    rig.handle(DropBorrow, &[1, 1]).unwrap();
    assert_eq!(rig.handle(LeaveScope, &[scope, 6]), Err((Trap::BorrowsRemain, 0, 6)));
    rig.handle(DropBorrow, &[1, 2]).unwrap();
    rig.handle(LeaveScope, &[scope, 0]).unwrap();
    assert_eq!(rig.count(1), 0);
}

#[test]
fn a_borrow_is_no_own_but_can_be_lent_on() {
    let mut rig = rig();
    let (outer, inner) = (rig.enter(), rig.enter());
    assert_eq!(rig.handle(NewBorrow, &[0, 0, 71, outer]), Ok(1));
    assert_eq!(rig.handle(TakeOwn, &[0, 0, 1, 8]), Err((Trap::OwnFromBorrow, 1, 8)));
    rig.lend(1, inner);
    assert_eq!(rig.call("resource_drop1.0", &[1]), Err((Trap::HandleLent, 1, 0)));
    // Being lent is checked before being owned.
    assert_eq!(rig.handle(TakeOwn, &[0, 0, 1, 8]), Err((Trap::HandleLent, 1, 8)));
    rig.handle(LeaveScope, &[inner, 0]).unwrap();
    rig.call("resource_drop1.0", &[1]).unwrap();
    rig.handle(LeaveScope, &[outer, 0]).unwrap();
}

#[test]
fn lending_checks_the_handle() {
    let mut rig = rig();
    let scope = rig.enter();
    assert_eq!(rig.handle(Lend, &[0, 0, 1, scope, 2]), Err((Trap::UnknownHandle, 1, 2)));
    rig.handle(LeaveScope, &[scope, 0]).unwrap();
}

#[test]
fn many_calls_fit_in_the_page_that_one_call_needs() {
    let mut rig = rig();
    assert_eq!(rig.call("resource_new1.0", &[71]), Ok(1));
    // The rig's limit is one page: losing one block of 16 bytes in each round would trap after 4096.
    for round in 0..6_000 {
        let (outer, inner) = (rig.enter(), rig.enter());
        rig.lend(1, outer);
        rig.lend(1, inner);
        let borrow = rig.handle(NewBorrow, &[1, 0, round, inner]).unwrap();
        rig.call("resource_drop2.0", &[borrow]).unwrap();
        rig.handle(LeaveScope, &[inner, 0]).unwrap();
        rig.handle(LeaveScope, &[outer, 0]).unwrap();
    }
    assert_eq!((rig.count(0), rig.count(1)), (1, 0));
}
