//! The small languages inside strings. This module knows neither templates nor rules.
