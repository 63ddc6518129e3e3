"""Trains the GPT-2 that ships with Localghost: corpus, tokenizer, token streams, model. See ../README.md."""
