//! The models' bucket in S3.
