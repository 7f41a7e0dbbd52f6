"""From training pairs to a trained model."""
