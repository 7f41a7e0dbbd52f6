"""Jobs: work in processes of their own, known by what they write, whoever started them."""
