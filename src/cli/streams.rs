//! Where output goes, and how it looks there.

use std::io::{self, ErrorKind, Read, Write};

use super::args::When;

/// Width of lines where there is no terminal to ask.
const WIDTH: usize = 80;
/// Lines with more characters are hard to read.
const WIDEST_TEXT: usize = 120;
/// Fewer characters show nothing of a source.
const NARROWEST: usize = 50;

/// Standard streams, or what stands for them in tests.
pub(crate) struct Streams<'a> {
    pub(crate) stdin: &'a mut dyn Read,
    pub(crate) stdout: Sink<'a>,
    pub(crate) stderr: Sink<'a>,
}

/// A place for output. Once the reader has gone away, what is written is dropped silently.
pub(crate) struct Sink<'a> {
    to: Box<dyn Write + 'a>,
    failed: Option<io::Error>,
    color: bool,
    terminal: bool,
    width: usize,
}

impl<'a> Sink<'a> {
    /// A file or a buffer: no colours unless asked for.
    pub(crate) fn plain(to: impl Write + 'a) -> Self {
        Self { to: Box::new(to), failed: None, color: false, terminal: false, width: WIDTH }
    }

    /// A stream that may be a terminal.
    pub(crate) fn stream(to: impl Write + 'a, color: bool, terminal: bool) -> Self {
        let width = if terminal { terminal_width() } else { WIDTH };
        Self { to: Box::new(to), failed: None, color, terminal, width }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.to.write_all(bytes).err();
        }
    }

    /// Hands on what is buffered now.
    pub(crate) fn flush(&mut self) {
        if self.failed.is_none() {
            self.failed = self.to.flush().err();
        }
    }

    /// Hands on what is buffered. The error tells that output is lost; a reader that went away is none.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        match self.failed.take().map_or_else(|| self.to.flush(), Err) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Whether nobody reads any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.failed.as_ref().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    }

    pub(crate) fn color(&self, when: When) -> bool {
        match when {
            When::Auto => self.color,
            When::Always => true,
            When::Never => false,
        }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Width for texts that are read.
    pub(crate) fn width(&self) -> usize {
        self.width.min(WIDEST_TEXT)
    }

    /// Width for tables, which use all there is.
    pub(crate) fn full_width(&self) -> usize {
        self.width
    }
}

fn terminal_width() -> usize {
    let width = terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width));
    width.unwrap_or(WIDTH).max(NARROWEST)
}
