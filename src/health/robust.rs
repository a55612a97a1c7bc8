//! Medians and deviations that single outliers do not move.

/// What makes the median absolute deviation an estimate of the standard deviation of normal values.
pub const MAD_SCALE: f64 = 1.4826;

/// The median; 0 of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        None => 0.0,
        Some(upper) if values.len() % 2 == 1 => *upper,
        Some(upper) => (values.get(middle.wrapping_sub(1)).unwrap_or(upper) + upper) / 2.0,
    }
}

/// The mean without the least and the greatest of four values or more; 0 of nothing.
pub fn trimmed_mean(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let inner = if values.len() >= 4 { values.get(1..values.len() - 1).unwrap_or_default() } else { &values };
    inner.iter().sum::<f64>() / inner.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outliers_move_neither() {
        assert_eq!((median(vec![]), median(vec![3.0]), median(vec![4.0, 1.0])), (0.0, 3.0, 2.5));
        assert_eq!(median(vec![1.0, 900.0, 2.0, 3.0, 2.0]), 2.0);
        assert_eq!((trimmed_mean(vec![]), trimmed_mean(vec![1.0, 4.0])), (0.0, 2.5));
        assert_eq!(trimmed_mean(vec![900.0, 2.0, 4.0, -900.0]), 3.0);
    }
}
