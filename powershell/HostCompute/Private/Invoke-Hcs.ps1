function Invoke-Hcs {
    <#
    .SYNOPSIS
    Runs a verb that answers with one document, and returns the document. A failure is thrown as an ErrorRecord.
    #>
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [AllowNull()] [object] $InputText,
        $Target,
        [AllowNull()] [object] $Timeout
    )

    $line = @('--json', '--no-input') + (Get-HcsTimeoutOption -Timeout $Timeout) + $Argument
    $process = $null
    try {
        $process = Start-HcsProcess -Argument $line -InputText $InputText
        $errors = $process.StandardError.ReadToEndAsync()
        $lines = @(Read-HcsLine -Reader $process.StandardOutput)
        while (-not $process.WaitForExit(100)) { }
        $document = ConvertFrom-HcsDocument -Text ($lines -join "`n") -ErrorText $errors.Result -Target $Target
        if (-not $document.ok -and $document.PSObject.Properties['error']) {
            throw (ConvertTo-HcsErrorRecord -ErrorBody $document.error -Target $Target)
        }
        $document
    } finally {
        Stop-HcsProcess -Process $process
    }
}

function ConvertFrom-HcsDocument {
    param([string] $Text, [string] $ErrorText, $Target)

    if ($Text -match '^\s*\{') { return (ConvertFrom-Json -InputObject $Text) }
    $message = $ErrorText.Trim()
    if ($message -eq '') { $message = 'hcs ended without an answer' }
    throw (New-HcsErrorRecord -Code 'internal' -Message $message -Target $Target)
}

function ConvertTo-HcsErrorRecord {
    param($ErrorBody, $Target)

    $hint = ''
    if ($ErrorBody.PSObject.Properties['hint']) { $hint = $ErrorBody.hint }
    New-HcsErrorRecord -Code $ErrorBody.code -Message $ErrorBody.message -Hint $hint -Target $Target -Detail (ConvertTo-HcsObject -Value $ErrorBody)
}

function Get-HcsTimeoutOption {
    [OutputType([string[]])]
    param([AllowNull()] [object] $Timeout)

    if ($null -ne $Timeout -and $Timeout -gt [timespan]::Zero) { return @('--timeout', ('{0}ms' -f [int64] $Timeout.TotalMilliseconds)) }
    @()
}

function Invoke-HcsFollow {
    <#
    .SYNOPSIS
    Runs a verb that follows, and returns an object a line as they come. Ends with the pipeline: nothing is left behind.
    #>
    param(
        [Parameter(Mandatory = $true)] [AllowEmptyString()] [string[]] $Argument,
        [Parameter(Mandatory = $true)] [string] $TypeName,
        $Target
    )

    $process = $null
    try {
        $process = Start-HcsProcess -Argument (@('--output', 'ndjson', '--no-input') + $Argument)
        $errors = $process.StandardError.ReadToEndAsync()
        Read-HcsLine -Reader $process.StandardOutput | ForEach-Object {
            $document = ConvertFrom-Json -InputObject $_
            if ($document.PSObject.Properties['ok'] -and -not $document.ok) {
                throw (ConvertTo-HcsErrorRecord -ErrorBody $document.error -Target $Target)
            }
            ConvertTo-HcsObject -Value $document -TypeName $TypeName
        }
        while (-not $process.WaitForExit(100)) { }
        if ($process.ExitCode -ne 0) {
            ConvertFrom-HcsDocument -Text '' -ErrorText $errors.Result -Target $Target
        }
    } finally {
        Stop-HcsProcess -Process $process
    }
}
