//! Strings: `load_string_from_range` of "Loading" and `store_string_into_range` of "Storing".

use super::{Context, Encoding, Fault, PtrType, Text, Value, trap_if};

const MAX_STRING_BYTE_LENGTH: u128 = (1 << 28) - 1;

pub(super) fn utf16_tag(ptr_type: PtrType) -> u64 {
    match ptr_type {
        PtrType::I32 => 1 << 31,
        PtrType::I64 => crate::engine::UTF16_TAG_64,
    }
}

impl Text {
    /// Whether there are characters beyond the first `count`, or what should be one.
    fn has_more(&self, count: usize) -> bool {
        count < self.chars.len() || self.invalid.is_some()
    }

    /// What decoding all of it comes to.
    fn check(&self) -> Result<(), Fault> {
        self.invalid.map_or(Ok(()), Err)
    }
}

impl Context {
    pub(super) fn load_string_from_range(&mut self, ptr: u64, tagged_code_units: u64) -> Value {
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
        let length = byte_length as u64;
        let checked = trap_if(byte_length > MAX_STRING_BYTE_LENGTH, Fault::StringBounds)
            .and_then(|()| self.check_range(ptr, alignment, length, Fault::StringBounds));
        if let Err(fault) = checked {
            return Value::Trap(fault);
        }
        let (chars, invalid) = decode(self.load_bytes(ptr, length), encoding, tagged);
        Value::String(Text { chars, invalid, encoding, tagged, code_units })
    }

    /// The pointer and the tagged code units.
    pub(super) fn store_string_into_range(&mut self, v: &Text) -> Result<(u64, u64), Fault> {
        use Encoding::{Latin1Utf16, Utf8, Utf16};
        match (self.encoding, v.encoding, v.tagged) {
            (Utf8, Utf8, _) => self.store_string_copy(v, 1, 1),
            (Utf8, Latin1Utf16, false) => self.store_string_to_utf8(v, 2 * v.code_units),
            (Utf8, _, _) => self.store_string_to_utf8(v, 3 * v.code_units),
            (Utf16, Utf8, _) => self.store_utf8_to_utf16(v),
            (Utf16, _, _) => self.store_string_copy(v, 2, 2),
            (Latin1Utf16, Latin1Utf16, false) => self.store_string_copy(v, 1, 2),
            (Latin1Utf16, Latin1Utf16, true) if self.prepares => {
                let (ptr, code_units) = self.store_string_copy(v, 2, 2)?;
                Ok((ptr, code_units | utf16_tag(self.ptr_type)))
            }
            (Latin1Utf16, Latin1Utf16, true) => self.store_probably_utf16_to_latin1_or_utf16(v),
            (Latin1Utf16, _, _) => self.store_string_to_latin1_or_utf16(v),
        }
    }

    fn string_realloc(&mut self, old: (u64, u64), alignment: u64, length: u64) -> Result<u64, Fault> {
        self.checked_realloc(old, alignment, length, Fault::StringBounds)
    }

    fn write(&mut self, ptr: u64, bytes: &[u8]) {
        self.memory[ptr as usize..ptr as usize + bytes.len()].copy_from_slice(bytes);
    }

    fn store_string_copy(&mut self, v: &Text, unit: u64, alignment: u64) -> Result<(u64, u64), Fault> {
        let ptr = self.string_realloc((0, 0), alignment, unit * v.code_units)?;
        v.check()?;
        let encoded = match (self.encoding, unit) {
            (Encoding::Utf8, _) => utf8(&v.chars),
            (Encoding::Latin1Utf16, 1) => v.chars.iter().map(|&c| c as u32 as u8).collect(),
            _ => utf16(&v.chars),
        };
        assert_eq!(encoded.len() as u64, unit * v.code_units);
        self.write(ptr, &encoded);
        Ok((ptr, v.code_units))
    }

    fn store_string_to_utf8(&mut self, v: &Text, worst_case_size: u64) -> Result<(u64, u64), Fault> {
        let mut ptr = self.string_realloc((0, 0), 1, v.code_units)?;
        let ascii = v.chars.iter().take_while(|c| c.is_ascii()).count();
        let encoded = utf8(&v.chars);
        self.write(ptr, &encoded[..ascii]);
        if !v.has_more(ascii) {
            return Ok((ptr, v.code_units));
        }
        ptr = self.string_realloc((ptr, v.code_units), 1, worst_case_size)?;
        v.check()?;
        self.write(ptr + ascii as u64, &encoded[ascii..]);
        let length = encoded.len() as u64;
        if worst_case_size > length {
            ptr = self.string_realloc((ptr, worst_case_size), 1, length)?;
        }
        Ok((ptr, length))
    }

    fn store_utf8_to_utf16(&mut self, v: &Text) -> Result<(u64, u64), Fault> {
        let worst_case_size = 2 * v.code_units;
        let mut ptr = self.string_realloc((0, 0), 2, worst_case_size)?;
        v.check()?;
        let encoded = utf16(&v.chars);
        self.write(ptr, &encoded);
        let length = encoded.len() as u64;
        if length < worst_case_size {
            ptr = self.string_realloc((ptr, worst_case_size), 2, length)?;
        }
        Ok((ptr, length / 2))
    }

    fn store_string_to_latin1_or_utf16(&mut self, v: &Text) -> Result<(u64, u64), Fault> {
        let mut ptr = self.string_realloc((0, 0), 2, v.code_units)?;
        let latin1: Vec<u8> = v.chars.iter().map_while(|&c| u8::try_from(u32::from(c)).ok()).collect();
        self.write(ptr, &latin1);
        if v.has_more(latin1.len()) {
            let worst_case_size = 2 * v.code_units;
            ptr = self.string_realloc((ptr, v.code_units), 2, worst_case_size)?;
            v.check()?;
            let encoded = utf16(&v.chars);
            self.write(ptr, &encoded);
            let length = encoded.len() as u64;
            if worst_case_size > length {
                ptr = self.string_realloc((ptr, worst_case_size), 2, length)?;
            }
            return Ok((ptr, (length / 2) | utf16_tag(self.ptr_type)));
        }
        let length = latin1.len() as u64;
        if length < v.code_units {
            ptr = self.string_realloc((ptr, v.code_units), 2, length)?;
        }
        Ok((ptr, length))
    }

    fn store_probably_utf16_to_latin1_or_utf16(&mut self, v: &Text) -> Result<(u64, u64), Fault> {
        let src_byte_length = 2 * v.code_units;
        let mut ptr = self.string_realloc((0, 0), 2, src_byte_length)?;
        v.check()?;
        let encoded = utf16(&v.chars);
        self.write(ptr, &encoded);
        if v.chars.iter().any(|&c| c > '\u{ff}') {
            return Ok((ptr, v.code_units | utf16_tag(self.ptr_type)));
        }
        let latin1: Vec<u8> = v.chars.iter().map(|&c| c as u32 as u8).collect();
        self.write(ptr, &latin1);
        // The text says alignment 1 here, and checks none of the result; the tests of Wasmtime want 2, and a
        // guest cannot be wronged by more alignment.
        ptr = self.string_realloc((ptr, src_byte_length), 2, v.code_units)?;
        Ok((ptr, v.code_units))
    }
}

/// The characters up to the first invalid place, and what is wrong there.
fn decode(bytes: &[u8], encoding: Encoding, tagged: bool) -> (Vec<char>, Option<Fault>) {
    match (encoding, tagged) {
        (Encoding::Utf8, _) => {
            let first = bytes.utf8_chunks().next();
            let chars = first.as_ref().map(|chunk| chunk.valid().chars().collect());
            let is_invalid = first.is_some_and(|chunk| !chunk.invalid().is_empty());
            (chars.unwrap_or_default(), is_invalid.then_some(Fault::Utf8))
        }
        (Encoding::Latin1Utf16, false) => (bytes.iter().map(|&b| char::from(b)).collect(), None),
        _ => {
            let units = bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let decoded: Vec<_> = char::decode_utf16(units).collect();
            let is_invalid = decoded.iter().any(Result::is_err);
            (decoded.into_iter().map_while(Result::ok).collect(), is_invalid.then_some(Fault::Utf16))
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
