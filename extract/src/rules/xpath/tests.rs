//! Tests of XPath on small trees, and on hostile expressions and trees.
