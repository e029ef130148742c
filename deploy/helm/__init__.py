"""What is made for the chart."""
