//! How sure a share is that was counted on few documents. Pure arithmetic.

/// The quantile of the normal distribution for a one-sided confidence of 95 %.
const QUANTILE: f64 = 1.645;

/// The lower bound of a share, with a confidence of 95 % (Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 1927): 0.65 for 5
/// of 5, 0.90 for 25 of 25, 0.35 for 5 of 8.
pub(super) fn at_least(part: u32, all: u32) -> f64 {
    if all == 0 {
        return 0.0;
    }
    let (share, all) = (f64::from(part) / f64::from(all), f64::from(all));
    let square = QUANTILE * QUANTILE;
    let spread = QUANTILE * (share * (1.0 - share) / all + square / (4.0 * all * all)).sqrt();
    ((share + square / (2.0 * all) - spread) / (1.0 + square / all)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_few_is_less_sure() {
        let rounded = |part, all| (at_least(part, all) * 100.0).round();
        assert_eq!((rounded(5, 5), rounded(25, 25), rounded(5, 8), rounded(0, 9)), (65.0, 90.0, 35.0, 0.0));
        assert_eq!(at_least(0, 0), 0.0);
    }
}
