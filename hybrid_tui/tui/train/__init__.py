"""The training screens: a form that plans a training, and a view that follows one."""
