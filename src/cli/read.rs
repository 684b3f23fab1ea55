//! Reads inputs.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use cfn_igr::text::MAX_BYTES;

/// All bytes of a file. A file that is too large, or never ends, is read to just past the limit, and refused
/// when it is decoded.
pub(crate) fn file(path: &Path) -> io::Result<Vec<u8>> {
    if is_named_pipe(path) {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it is a named pipe; give - as the path and the pipe as standard input",
        ));
    }
    regular(path)
}

/// All bytes of a file that is known to be no pipe, within the same limit.
pub(crate) fn regular(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::from(ErrorKind::IsADirectory));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(MAX_BYTES) + 1);
    bounded(file, &mut bytes)?;
    Ok(bytes)
}

/// Whether opening the file would wait for someone to write to it. Pipes that the shell has opened, as in
/// `<(command)`, have their writer already.
#[cfg(unix)]
fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let inherited = ["/dev/", "/proc/"].iter().any(|folder| path.starts_with(folder));
    !inherited && std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_named_pipe(_: &Path) -> bool {
    false
}

/// All bytes of a stream, within the same limit.
pub(crate) fn stream(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bounded(from, &mut bytes)?;
    Ok(bytes)
}

fn bounded(from: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(bytes).map(|_| ())
}

/// Why an operation failed, and what to do, in words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied; allow this user to read it (chmod u+r)".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => {
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or(&text);
            words.to_lowercase()
        }
    }
}
