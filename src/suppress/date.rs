//! A day of the calendar.

use std::fmt;
use std::str::FromStr;

/// A day, as in `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// No day on which this program runs is earlier.
    pub const EARLIEST: Self = Self { year: 2026, month: 1, day: 1 };

    /// The day that is this number of days behind 1970-01-01.
    ///
    /// # Examples
    /// ```
    /// use cfn_igr::suppress::Date;
    /// assert_eq!(Date::from_days(20_484).to_string(), "2026-01-31");
    /// ```
    pub fn from_days(days: u64) -> Self {
        let (mut rest, mut year) = (days, 1970_u16);
        while rest >= days_of_year(year) && year < 9999 {
            rest -= days_of_year(year);
            year += 1;
        }
        let mut month = 1_u8;
        while rest >= u64::from(days_of_month(year, month)) && month < 12 {
            rest -= u64::from(days_of_month(year, month));
            month += 1;
        }
        let day = u8::try_from(rest + 1).unwrap_or(31).min(days_of_month(year, month));
        Self { year, month, day }
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a day is written as year, month and day: 2027-01-31";
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok()).ok_or(WRONG)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return Err(WRONG);
        }
        let (month, day) = (u8::try_from(month).map_err(|_| WRONG)?, u8::try_from(day).map_err(|_| WRONG)?);
        if !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
            return Err("there is no such day");
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u16) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_read() {
        for (days, text) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_786, "2026-11-29")] {
            assert_eq!(Date::from_days(days).to_string(), text);
            assert_eq!(text.parse(), Ok(Date::from_days(days)));
        }
        assert!("2027-01-31".parse::<Date>() > "2026-12-31".parse());
        for text in
            ["", "2027", "2027-1-31", "2027-02-29", "2027-13-01", "2027-00-10", "2027-01-31x", "+027-01-31", "2027-01-31-"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
