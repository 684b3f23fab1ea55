//! How far a long run is: a bar on standard error, where that is a terminal.

use std::time::{Duration, Instant};

use super::streams::Sink;

/// A run that is over sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two pictures of the bar.
const BEAT: Duration = Duration::from_millis(100);
/// Characters of the bar.
const WIDTH: usize = 24;

/// The bar.
pub(crate) struct Progress {
    all: usize,
    done: usize,
    next: Instant,
    wanted: bool,
    drawn: bool,
}

impl Progress {
    /// For this many things.
    pub(crate) fn new(all: usize, wanted: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { all, done: 0, next: Instant::now() + PATIENCE, wanted: wanted && !dumb && all > 1, drawn: false }
    }

    /// One more is done. Whether it is time to draw.
    pub(crate) fn step(&mut self) -> bool {
        self.done += 1;
        self.wanted && self.next <= Instant::now()
    }

    /// Draws the bar over the old one.
    pub(crate) fn draw(&mut self, to: &mut Sink<'_>) {
        let line = self.line();
        to.write(&format!("\r\u{1b}[2K{line}"));
        to.flush();
        self.drawn = true;
        self.next = Instant::now() + BEAT;
    }

    /// Takes the bar away, before anything else is printed.
    pub(crate) fn clear(&mut self, to: &mut Sink<'_>) {
        if self.drawn {
            to.write("\r\u{1b}[2K");
            to.flush();
            self.drawn = false;
        }
    }

    fn line(&self) -> String {
        let full = (self.done * WIDTH).checked_div(self.all).unwrap_or(WIDTH).min(WIDTH);
        let (full, rest) = ("=".repeat(full), " ".repeat(WIDTH - full));
        format!("checking [{full}{rest}] {} of {} files", self.done, self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(wanted: bool, steps: usize) -> String {
        let mut bytes = Vec::new();
        let mut sink = Sink::stream(&mut bytes, false, true);
        let mut progress = Progress { all: 4, done: 0, next: Instant::now(), wanted, drawn: false };
        for _ in 0..steps {
            if progress.step() {
                progress.draw(&mut sink);
            }
        }
        progress.clear(&mut sink);
        progress.clear(&mut sink);
        drop(sink);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn the_bar_is_drawn_now_and_then_and_leaves_nothing() {
        let bar = "\r\u{1b}[2Kchecking [======                  ] 1 of 4 files";
        assert_eq!(drawn(true, 2), format!("{bar}\r\u{1b}[2K"));
        assert_eq!(drawn(false, 2), "");
        assert_eq!(drawn(true, 0), "");
    }
}
