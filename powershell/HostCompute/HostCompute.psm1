# One file a command under Public, what they have in common under Private. Nothing here is newer than Windows PowerShell 5.1.
Set-StrictMode -Version 3

foreach ($folder in 'Private', 'Public') {
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, $folder), '*.ps1')) {
        . $file
    }
}

Register-HcsCompleter
