//! Fixtures with random damage: whatever the bytes are, nothing panics and a repair is a repair.
//!
//! `FIX_MUTATION_CASES` says how many texts are made, `FIX_MUTATION_SEED` which is the first. With `FIX_CORPUS` the
//! undamaged texts are written to that folder, as seeds for the fuzz target.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy takes only the test functions themselves for tests"
)]

#[path = "harness/annotations.rs"]
#[expect(dead_code, reason = "only the texts without annotations are wanted here")]
mod annotations;
#[path = "harness/any_text.rs"]
mod any_text;
#[path = "generated/tape.rs"]
#[expect(dead_code, reason = "made for the generated templates, too")]
mod tape;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use tape::Tape;

/// `make properties` asks for more of an optimized build.
const CASES: u64 = 4_000;

/// Pieces of templates and of syntax.
const PIECES: &str = include_str!("../fuzz/fix.dict");

/// The fixtures without their annotations. Those with something to repair come more often.
fn fixtures() -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = annotations::strip(&fs::read_to_string(&path).unwrap());
            let repaired = path.to_string_lossy().replace(".bad.", ".fixed.");
            let times = if path.to_string_lossy() != repaired && Path::new(&repaired).exists() { 8 } else { 1 };
            texts.extend(std::iter::repeat_n(text.into_bytes(), times));
        }
    }
    texts.sort();
    texts
}

/// The quoted texts of the dictionary.
fn pieces() -> Vec<Vec<u8>> {
    PIECES.lines().filter_map(|line| Some(unescaped(line.strip_prefix('"')?.strip_suffix('"')?))).collect()
}

/// `\xNN` is a byte; behind another backslash a character is itself.
fn unescaped(mut piece: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some((before, behind)) = piece.split_once('\\') {
        bytes.extend(before.bytes());
        let (byte, length) = match behind.strip_prefix('x') {
            Some(digits) => (u8::from_str_radix(&digits[..2], 16).unwrap(), 3),
            None => (behind.as_bytes()[0], 1),
        };
        bytes.push(byte);
        piece = &behind[length..];
    }
    bytes.extend(piece.bytes());
    bytes
}

fn mutated(tape: &mut Tape, texts: &[Vec<u8>], pieces: &[Vec<u8>]) -> String {
    let mut text = texts[tape.pick(texts.len())].clone();
    for _ in 0..tape.one_of(&[1, 1, 1, 2, 2, 3, 6]) {
        let at = tape.pick(text.len() + 1);
        let end = (at + tape.pick(40)).min(text.len());
        match tape.pick(14) {
            0 if at < text.len() => text[at] ^= 1 << tape.pick(8),
            1 => text.truncate(at),
            2 => drop(text.drain(at..end)),
            3 => drop(text.splice(at..end, pieces[tape.pick(pieces.len())].iter().copied())),
            4 => drop(text.splice(at..at, pieces[tape.pick(pieces.len())].iter().copied())),
            5 => {
                let other = &texts[tape.pick(texts.len())];
                let from = tape.pick(other.len() + 1);
                let to = (from + tape.pick(400)).min(other.len());
                drop(text.splice(at..end, other[from..to].iter().copied()));
            }
            6 => {
                let copy = text[at..end].to_vec();
                drop(text.splice(at..at, copy));
            }
            _ => lines(tape, &mut text),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A line that moves, comes twice, goes, or gets another indentation.
fn lines(tape: &mut Tape, text: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (one, other) = (tape.pick(lines.len()), tape.pick(lines.len()));
    match tape.pick(5) {
        0 => lines.swap(one, other),
        1 => lines.insert(other, lines[one].clone()),
        2 => drop(lines.remove(one)),
        3 => drop(lines[one].splice(0..0, *b"  ")),
        _ if lines[one].starts_with(b"  ") => drop(lines[one].drain(..2)),
        _ => {}
    }
    *text = lines.concat();
}

fn outcome(text: &str) -> Result<bool, String> {
    catch_unwind(AssertUnwindSafe(|| any_text::hold(text))).unwrap_or_else(|_| Err("panics".to_owned()))
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn damaged_fixtures_are_read_and_repaired() {
    let (cases, first) = (number("FIX_MUTATION_CASES", CASES), number("FIX_MUTATION_SEED", 0));
    let (texts, pieces) = (fixtures(), pieces());
    let (next, repaired) = (AtomicU64::new(0), AtomicU64::new(0));
    let start = Instant::now();
    let work = || {
        loop {
            let seed = first + next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + cases {
                return None;
            }
            let text = mutated(&mut Tape::from_seed(seed), &texts, &pieces);
            match outcome(&text) {
                Ok(true) => drop(repaired.fetch_add(1, Ordering::Relaxed)),
                Ok(false) => {}
                Err(what) => {
                    next.store(cases, Ordering::Relaxed);
                    return Some((seed, what, text));
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().unwrap()).collect()
    });
    if let Some((seed, what, text)) = failures.into_iter().min() {
        panic!("seed {seed}: {what}\n--- text\n{}", smallest(text, &what));
    }
    let repaired = repaired.into_inner();
    assert!(repaired * 12 > cases, "only {repaired} of {cases} texts had something to repair");
    eprintln!("{cases} texts from seed {first}, {repaired} repaired, in {:.1?} on {threads} threads", start.elapsed());
}

/// The text with all lines taken out without which it still fails.
fn smallest(mut text: String, what: &str) -> String {
    let kind = |what: &str| what.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    let mut at = 0;
    loop {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        if at >= lines.len() {
            return text;
        }
        let without = [&lines[..at], &lines[at + 1..]].concat().concat();
        if outcome(&without).is_err_and(|other| kind(&other) == kind(what)) {
            text = without;
        } else {
            at += 1;
        }
    }
}

#[test]
fn undamaged_fixtures_are_repaired() {
    for (number, text) in fixtures().iter().enumerate() {
        let text = String::from_utf8(text.clone()).unwrap();
        if let Err(what) = outcome(&text) {
            panic!("{what}\n--- text\n{text}");
        }
        if let Some(folder) = std::env::var_os("FIX_CORPUS") {
            fs::write(Path::new(&folder).join(format!("{number}")), text).unwrap();
        }
    }
}

#[test]
fn what_was_found_stays_repaired() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    for file in fs::read_dir(folder).into_iter().flatten() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        if let Err(what) = outcome(&text) {
            panic!("{}: {what}", path.display());
        }
    }
}
