"""What is compared: a system, `RETRIEVER{+STAGE}`.

`written` reads and writes the form; `retrievers/` and `stages/` hold a file for each part, named in their
registries; `build` makes of a written form what answers on a collection. What is made of embeddings alone is
an `EmbeddedSystem`, ranked by the kernel and by indexes; all else gives scores (`scorer.Scorer`).
"""
