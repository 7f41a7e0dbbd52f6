"""One module a source format: each turns files into the tables that `collection.build` takes."""
