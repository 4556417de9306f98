import sys

try:
    from siamese.cli import main

    sys.exit(main())
except KeyboardInterrupt:  # while modules are imported
    sys.exit(130)
