"""Stories that read as care: what a person does, and what the paper then says."""
