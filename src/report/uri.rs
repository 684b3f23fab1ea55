//! Names of inputs as other programs want them: URI references, and paths below the root of the repository.

use std::fmt::Write as _;

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// A URI reference (RFC 3986): relative for a relative path, `file:` for an absolute one.
pub(super) fn reference(folder: &str, name: &str) -> String {
    let path = from_root(folder, name);
    let mut out = match (path.starts_with('/'), has_drive(&path)) {
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

/// Whether a path begins with a drive. Elsewhere a colon is a letter like others.
fn has_drive(path: &str) -> bool {
    cfg!(windows) && matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// The path with slashes, and without a `./` that says nothing.
pub(super) fn below(name: &str) -> String {
    from_root("", name)
}

/// The path from the root of the repository, where the working folder is this one below it. What begins with `..` and leads
/// out of the repository keeps the rest of that.
pub(super) fn from_root(folder: &str, name: &str) -> String {
    let path = if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() };
    if path.starts_with('/') || has_drive(&path) || path == STDIN {
        return path;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut rest = path.as_str();
    loop {
        let above = rest.strip_prefix("../").filter(|_| !parts.is_empty());
        let Some(less) = rest.strip_prefix("./").or(above) else { break };
        rest = less.trim_start_matches('/');
        if above.is_some() {
            parts.pop();
        }
    }
    parts.push(rest);
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references_that_hold_no_other_parts() {
        let reference = |name: &str| reference("", name);
        assert_eq!(reference("./a b/t.yaml"), "a%20b/t.yaml");
        assert_eq!(reference("caf\u{e9}?x#y.yaml"), "caf%C3%A9%3Fx%23y.yaml");
        assert_eq!(reference("/srv/t.yaml"), "file:///srv/t.yaml");
        assert_eq!(reference("C:/t.yaml"), if cfg!(windows) { "file:///C%3A/t.yaml" } else { "C%3A/t.yaml" });
        assert_eq!(reference("./a:b,c%.yaml").trim_start_matches("file:///"), "a%3Ab%2Cc%25.yaml");
        assert_eq!(reference("javascript:x"), "javascript%3Ax");
        assert_eq!(reference("<stdin>"), "%3Cstdin%3E");
        assert_eq!(reference("../t.yaml"), "../t.yaml");
    }

    #[test]
    fn paths_begin_at_the_root_of_the_repository() {
        assert_eq!(from_root("a/b", "./t.yaml"), "a/b/t.yaml");
        assert_eq!(from_root("a/b", "../.././t.yaml"), "t.yaml");
        assert_eq!(from_root("a", "../../t.yaml"), "../t.yaml");
        assert_eq!(from_root("a", "/srv/t.yaml"), "/srv/t.yaml");
        assert_eq!(from_root("a", "<stdin>"), "<stdin>");
        assert_eq!(reference("a b", "t.yaml"), "a%20b/t.yaml");
    }
}
