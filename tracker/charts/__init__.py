"""Reads one patient's chart into plain frozen values, always through the clinic.

What belongs here: the fetches that pages and papers share, one module for each noun. Nothing here
writes, and nothing here can return a row of another clinic, for every query carries the clinic.
"""

from tracker.charts.patients import PatientHead, patient_of, record_ids

__all__ = ["PatientHead", "patient_of", "record_ids"]
