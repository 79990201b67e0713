"""CloudWatch, read so that what is missing is seen to be missing.

windows       aligned stretches of time, far enough in the past to be settled
query         one statistic of one metric over one window
series        its points, and what is lacking of them
reader        the seam
cloudwatch    the adapter over GetMetricData: batches, pages, throttling
price         what the calls cost
inventory     the functions, queues and mappings of an installation, found by tag
report_lines  the platform's own word on each invocation, from the logs
"""
