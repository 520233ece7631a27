//! Types that are one number, on the stack and in memory.

use crate::harness::{Case, Event, Flat, Guest};
use corefuse::abi::{Trap, TypeDef};

/// Passes a flat value as a parameter and returns it as a result.
fn pass(def: TypeDef, value: Flat) -> Result<Flat, Trap> {
    let mut world = Case::new(|types| {
        let ty = types.intern(def);
        (vec![ty], Some(ty))
    })
    .link();
    world.set_callee(|_, args| args.to_vec());
    world.call(&[value]).map(|results| results[0])
}

#[test]
fn bool_is_normalised() {
    assert_eq!(pass(TypeDef::Bool, Flat::I32(0)), Ok(Flat::I32(0)));
    assert_eq!(pass(TypeDef::Bool, Flat::I32(256)), Ok(Flat::I32(1)));
}

#[test]
fn integers_that_are_narrower_than_their_flat_type_are_cut() {
    assert_eq!(pass(TypeDef::U8, Flat::I32(0x1FF)), Ok(Flat::I32(0xFF)));
    assert_eq!(pass(TypeDef::S8, Flat::I32(0x1FF)), Ok(Flat::I32(0xFFFF_FFFF)));
    assert_eq!(pass(TypeDef::U16, Flat::I32(0x1_FFFF)), Ok(Flat::I32(0xFFFF)));
    assert_eq!(pass(TypeDef::S16, Flat::I32(0x1_8000)), Ok(Flat::I32(0xFFFF_8000)));
}

#[test]
fn char_is_checked() {
    for valid in [0, 0x41, 0xD7FF, 0xE000, 0x10_FFFF] {
        assert_eq!(pass(TypeDef::Char, Flat::I32(valid)), Ok(Flat::I32(valid)), "{valid:#x}");
    }
    for invalid in [0xD800, 0xDFFF, 0x11_0000, u32::MAX] {
        assert_eq!(pass(TypeDef::Char, Flat::I32(invalid)), Err(Trap::InvalidChar), "{invalid:#x}");
    }
}

#[test]
fn wide_numbers_need_no_adapter() {
    let link = |def: TypeDef| {
        let pass = |types: &mut corefuse::abi::Types| {
            let ty = types.intern(def);
            (vec![ty], Some(ty))
        };
        Case::new(pass).link()
    };
    for def in [TypeDef::U32, TypeDef::S64, TypeDef::F32, TypeDef::F64] {
        assert!(link(def.clone()).is_direct(), "{def:?}");
    }
    assert!(!link(TypeDef::Bool).is_direct());
}

#[test]
fn spilled_parameters_are_stored_after_one_allocation() {
    let mut world = Case::new(|types| {
        let u16 = types.intern(TypeDef::U16);
        (vec![u16; 17], None)
    })
    .link();
    for i in 0..17u16 {
        world.memory(Guest::Caller)[16 + 2 * usize::from(i)..][..2].copy_from_slice(&i.to_le_bytes());
    }
    world.set_callee(|_, _| vec![]);
    assert_eq!(world.call(&[Flat::I32(16)]), Ok(vec![]));
    let allocation = Event::Realloc(Guest::Callee, [0, 0, 2, 34], 1024);
    assert_eq!(world.events(), [allocation, Event::Call(vec![Flat::I32(1024)])]);
    let stored: Vec<u8> = world.memory(Guest::Callee)[1024..][..34].to_vec();
    assert_eq!(stored, (0..17u16).flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    assert_eq!(world.call(&[Flat::I32(17)]), Err(Trap::UnalignedPointer));
    assert_eq!(world.call(&[Flat::I32(65_536 - 32)]), Err(Trap::OutOfBounds));
    assert_eq!(world.call(&[Flat::I32(65_536 - 34)]), Ok(vec![]));
}
