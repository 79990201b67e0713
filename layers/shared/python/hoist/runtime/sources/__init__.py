"""Where numbers come from. Which of these exist on a machine is found out once, by capability."""
