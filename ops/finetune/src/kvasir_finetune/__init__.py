"""Block fine-tuning: one LoRA adapter that answers alike in full and in block attention."""
