"""What a function knows of its own execution environment: memory, processor, /tmp, descriptors.

    sources/ ──► measurements ──► choice: plausible? the best? ──► RuntimeSample ──► one EMF line

Every number says where it comes from and how far it can be trusted. Nothing is computed across
invocations, between which an environment is frozen.
"""
