//! The model against examples that are worked out in the specification's own tests.

use super::{
    Allocator, BLOCKED, Context, Encoding, End, Kind, PtrType, Role, Shared, Text, Ty, Value,
    lift_flat_values, lower_flat_values,
};

fn context(encoding: Encoding, memory: &[u8]) -> Context {
    let mut bytes = vec![0; 256];
    bytes[..memory.len()].copy_from_slice(memory);
    let allocator = Allocator { bump: 64, in_place: true, ..Allocator::default() };
    Context::new(Role::Caller, (encoding, PtrType::I32), bytes, allocator)
}

#[test]
fn tagged_utf16_that_fits_is_deflated() {
    let mut src = context(Encoding::Latin1Utf16, &[b'h', 0, 0xe9, 0]);
    let lifted = lift_flat_values(&mut src, 16, &[0, 2 | 1 << 31], &[Ty::String]).unwrap();
    let mut dst = context(Encoding::Latin1Utf16, &[]);
    let flat = lower_flat_values(&mut dst, 16, &lifted, &[Ty::String], None).unwrap();
    assert_eq!(flat, [64, 2]);
    assert_eq!(dst.memory[64..66], [b'h', 0xe9]);
    assert_eq!(dst.allocator.log, [[0, 0, 2, 4, 64], [64, 4, 2, 2, 64]]);
    assert_eq!(dst.dead.iter().filter(|dead| **dead).count(), 2);
}

#[test]
fn upper_bits_of_joined_slots_are_dropped() {
    let ty = Ty::Variant(vec![Some(Ty::U32), Some(Ty::U64), Some(Ty::F32)]);
    let mut cx = context(Encoding::Utf8, &[]);
    let lift =
        |cx: &mut Context, flat| lift_flat_values(cx, 16, flat, std::slice::from_ref(&ty)).unwrap().remove(0);
    let lifted = lift(&mut cx, &[0, 0xffff_ffff_0000_0001]);
    assert_eq!(lifted, Value::Case(0, Some(Box::new(Value::Int(1)))));
    let lifted = lift(&mut cx, &[2, 0xffff_ffff_3f80_0000]);
    assert_eq!(lifted, Value::Case(2, Some(Box::new(Value::F32(0x3f80_0000)))));
}

#[test]
fn what_lies_in_bytes_that_a_shrink_gave_up_is_unknown() {
    let mut src = context(Encoding::Utf16, &[0xe9, 0, b'h', 0]);
    let string = [Ty::String];
    let lifted = lift_flat_values(&mut src, 16, &[0, 2], &string).unwrap();
    let mut dst = context(Encoding::Utf8, &[]);
    assert_eq!(lower_flat_values(&mut dst, 16, &lifted, &string, None), Ok(vec![66, 3]));
    let bytes = [Ty::List(Box::new(Ty::U8))];
    lift_flat_values(&mut dst, 16, &[66, 3], &bytes).unwrap();
    assert!(!dst.read_dead);
    lift_flat_values(&mut dst, 16, &[66, 4], &bytes).unwrap();
    assert!(dst.read_dead, "utf8 might have taken six bytes");
}

#[test]
fn guests_have_tagged_strings_that_would_fit_latin1() {
    let mut guest = context(Encoding::Latin1Utf16, &[]);
    guest.prepares = true;
    let text = Text {
        chars: vec!['h'],
        invalid: None,
        encoding: Encoding::Latin1Utf16,
        tagged: true,
        code_units: 1,
    };
    let flat = lower_flat_values(&mut guest, 16, &[Value::String(text)], &[Ty::String], None);
    assert_eq!(flat, Ok(vec![64, 1 | 1 << 31]));
    assert_eq!(guest.memory[64..66], [b'h', 0]);
}

#[test]
fn a_write_that_waits_is_read_in_parts_and_tells_of_all_of_them_at_once() {
    let mut src = context(Encoding::Utf8, &[1, 0, 2, 0, 3, 0]);
    let mut dst = context(Encoding::Utf8, &[]);
    let mut stream = Shared::new(Kind::Stream, Ty::U16);
    assert_eq!(stream.copy(End::Writer, [&mut src, &mut dst], (0, 3)), Ok(BLOCKED));
    assert_eq!(stream.copy(End::Reader, [&mut src, &mut dst], (10, 1)), Ok(1 << 4));
    assert!(stream.has_event(End::Writer));
    assert_eq!(stream.copy(End::Reader, [&mut src, &mut dst], (12, 9)), Ok(2 << 4));
    assert_eq!(dst.memory[10..18], [1, 0, 2, 0, 3, 0, 0, 0]);
    assert_eq!(stream.deliver(End::Writer), (3, 3 << 4));
    assert!(stream.is_idle(End::Writer) && stream.is_idle(End::Reader));
}
