"""The incremental store on disk: what of an export was read already, so that a night reads only what is new.

An export is a header and stretches of lines (`cuts`), cut where its own lines say, so that a row that is put in or
taken out moves no other cut. The rows of a stretch, once read, are a part: a Parquet file named by what it was read
from. A snapshot says of which parts, in which order, the export was made on one night (`folder`). `stretch` reads one
stretch as the whole file would have been read. Nothing here decides on a row; a store that is damaged or gone is
read again from the export.
"""
