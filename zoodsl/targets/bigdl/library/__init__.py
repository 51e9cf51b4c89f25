"""What generated programs are made of besides their own statements: the emitter inlines these modules, whole.

A module imports the standard library, NumPy, pyspark, py4j and BigDL alone, and siblings by their full name. Names at
the top of a module, private ones too, are unique among all modules, since they end up in one file.
"""
