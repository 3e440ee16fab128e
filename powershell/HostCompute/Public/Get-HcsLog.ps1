function Get-HcsLog {
    <#
    .SYNOPSIS
    What a program has written, a line an object.
    .PARAMETER Id
    Ids of containers, also from the pipeline; wildcards are looked for in the list. Of several one log comes after the other.
    .PARAMETER ExecId
    An exec instead of the first process.
    .PARAMETER Tail
    Only so many last lines, of each container.
    .PARAMETER Follow
    Go on as more is written, until the program ends or the pipeline stops.
    .PARAMETER Since
    Only what was written since: a DateTime, or how long ago as seconds, a TimeSpan, or a text such as 10m.
    .PARAMETER Stream
    stdout or stderr alone. With -Follow, -Tail counts the lines of both.
    .PARAMETER Timeout
    With -Follow: how long to go on; an error of id timeout after that. Else the bound of each HCS operation.
    .EXAMPLE
    Get-HcsLog web -Tail 20

    The last lines, as objects: Time, Stream and Text.
    .EXAMPLE
    Get-HcsLog web | Set-Content web.log

    The text alone, into a file.
    .EXAMPLE
    Get-HcsLog web -Follow | Where-Object Text -like '*ready*' | Select-Object -First 1

    Waits until it writes a line with ready, and goes on then; the container runs on.
    .EXAMPLE
    Get-HcsLog web -Stream stderr -Since 10m

    One of the two streams, of the last ten minutes.
    .EXAMPLE
    Get-HcsLog job-* -Tail 3 | Format-Table Id, Text

    The last lines of several.
    .OUTPUTS
    HostCompute.LogLine
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.LogLine')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [string] $ExecId,
        [ValidateRange(0, 2147483647)]
        [int] $Tail,
        [switch] $Follow,
        [object] $Since,
        [ValidateSet('stdout', 'stderr')]
        [string] $Stream,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('logs') + (Get-HcsTimeoutOption -Timeout $Timeout)
        if ($ExecId) { $line += '--exec-id', $ExecId }
        # The tail of one stream is not in the tail of both.
        $last = $PSBoundParameters.ContainsKey('Tail') -and $Stream -and -not $Follow
        if ($PSBoundParameters.ContainsKey('Tail') -and -not $last) { $line += '--tail', [string] $Tail }
        if ($Follow) { $line += '--follow' }
        if ($PSBoundParameters.ContainsKey('Since')) { $line += '--since', (ConvertTo-HcsSince -Value $Since) }
        foreach ($name in @(Resolve-HcsId -Id $Id -Timeout $Timeout -Caller $PSCmdlet)) {
            try {
                if ($last) {
                    Invoke-HcsFollow -Argument ($line + '--' + $name) -TypeName 'LogPiece' -Target $name -Caller $PSCmdlet |
                        Split-HcsLogText -Id $name -Stream $Stream | Select-Object -Last $Tail
                } else {
                    Invoke-HcsFollow -Argument ($line + '--' + $name) -TypeName 'LogPiece' -Target $name -Caller $PSCmdlet |
                        Split-HcsLogText -Id $name -Stream $Stream
                }
            } catch [System.Management.Automation.PipelineStoppedException] {
                throw
            } catch {
                Write-HcsError -Caller $PSCmdlet -Record $_
            }
        }
    }
}
