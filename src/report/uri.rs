//! Names of inputs as other programs want them: URI references, and paths below the root of the repository.

use std::fmt::Write as _;

/// A URI reference (RFC 3986): relative for a relative path, `file:` for an absolute one.
pub(super) fn reference(name: &str) -> String {
    let path = below(name);
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let mut out = match (path.starts_with('/'), drive) {
        (true, _) => "file://".to_owned(),
        (false, true) => "file:///".to_owned(),
        (false, false) => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The path with slashes, and without a `./` that says nothing.
pub(super) fn below(name: &str) -> String {
    let path = if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() };
    let mut rest = path.as_str();
    while let Some(less) = rest.strip_prefix("./") {
        rest = less.trim_start_matches('/');
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references_that_hold_no_other_parts() {
        assert_eq!(reference("./a b/t.yaml"), "a%20b/t.yaml");
        assert_eq!(reference("caf\u{e9}?x#y.yaml"), "caf%C3%A9%3Fx%23y.yaml");
        assert_eq!(reference("/srv/t.yaml"), "file:///srv/t.yaml");
        assert_eq!(reference("C:/t.yaml"), "file:///C%3A/t.yaml");
        assert_eq!(reference("javascript:x"), "javascript%3Ax");
        assert_eq!(reference("<stdin>"), "%3Cstdin%3E");
        assert_eq!(reference("../t.yaml"), "../t.yaml");
    }
}
