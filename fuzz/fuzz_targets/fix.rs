//! Any bytes: nothing panics, and a repair is a repair.
//!
//! ```sh
//! mkdir -p fuzz/corpus/fix && FIX_CORPUS=fuzz/corpus/fix cargo test --test fix_mutations undamaged
//! cargo +nightly fuzz run -s none fix -- -dict=fuzz/fix.dict
//! ```

#![no_main]

#[path = "../../tests/harness/any_text.rs"]
mod any_text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        any_text::hold(text).unwrap();
    }
});
